import { mkdir, open, readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { randomId } from "@lmnh/plant-schema";
import { PlantArchiveError } from "../../errors.js";
import type { ObjectInfo, ObjectStore } from "../../ports.js";
import { abortable } from "../abortable.js";
import { checkKey, checkRange, endsBefore, objectBehindLink, objectMissing } from "../object-key.js";
import { checkAlreadyMoved } from "../resume-move.js";
import {
  absent,
  areOneFile,
  formatEtag,
  ignoring,
  isTemporaryOf,
  publish,
  statIfExists,
  syncFolders,
  temporaryPath,
  unlinkIfExists,
} from "./atomic-write.js";
import { directoryError, folderMissing, notAFolder } from "./errors.js";
import { findLink, listFiles } from "./list-files.js";

/** The folder of an object store, and how its temporary files are named. */
export interface DirectoryObjectStoreOptions {
  /** The path of the folder, which must exist; folders inside it are created. */
  readonly directory: string;
  /** Unique names without dots and slashes, `randomId` by default. */
  readonly newId?: (() => string) | undefined;
}

/**
 * Objects as files in a folder, which may itself be a link; links inside it are not followed. Created files and folders
 * are accessible to their owner alone. A completed write survives a power failure. Errors: `STORE_MISSING`,
 * `STORE_FORBIDDEN`, `STORE_FULL`, `STORE_UNREACHABLE`.
 *
 * @example
 * ```ts
 * await mkdir("archive", { recursive: true });
 * const objects = directoryObjectStore({ directory: "archive" });
 * ```
 */
export function directoryObjectStore({
  directory,
  newId = randomId,
}: DirectoryObjectStoreOptions): ObjectStore {
  const root = resolve(directory);
  const name = `file:${root}`;
  const pathOf = (key: string) => {
    checkKey(key);
    return join(root, key);
  };
  const attempt = <Result>(work: () => Promise<Result>): Promise<Result> =>
    work().catch((error: unknown) => {
      throw directoryError(name, error);
    });
  const checkRoot = async () => {
    const stats = await attempt(() => statIfExists(root));
    if (!stats?.isDirectory()) throw stats === null ? folderMissing(name) : notAFolder(name);
  };

  const checkLinks = async (key: string) => {
    const link = await attempt(() => findLink(root, key));
    if (link !== null) throw objectBehindLink(name, key, link);
  };

  const head = async (key: string): Promise<ObjectInfo | null> => {
    const path = pathOf(key);
    await checkLinks(key);
    const stats = await attempt(() => statIfExists(path));
    if (stats?.isFile()) return { key, bytes: Number(stats.size), etag: formatEtag(stats) };
    await checkRoot();
    return null;
  };

  const read: ObjectStore["read"] = async (key, start, end, { signal } = {}) => {
    const path = pathOf(key);
    checkRange(start, end);
    signal?.throwIfAborted();
    const object = await head(key);
    if (object === null) throw objectMissing(name, key);
    // Before the buffer is allocated: a damaged file may claim any size.
    if (end > object.bytes) throw endsBefore(name, key, end);
    return await attempt(async () => {
      const file = await open(path, "r").catch(ignoring(absent, null));
      if (file === null) throw objectMissing(name, key);
      try {
        const buffer = new Uint8Array(end - start);
        for (let at = 0; at < buffer.length; ) {
          const { bytesRead } = await file.read(buffer, at, buffer.length - at, start + at);
          if (bytesRead === 0) throw endsBefore(name, key, end);
          at += bytesRead;
        }
        return buffer;
      } finally {
        await file.close();
      }
    });
  };

  return {
    name,
    head,
    read,

    async put(key, body, { ifMatch, signal } = {}) {
      const target = pathOf(key);
      const folder = dirname(target);
      // Also for an object that exists: its writer may have been killed before it synced.
      const syncNames = () => attempt(() => syncFolders(folder, root));
      const present = await head(key);
      if (present?.etag !== ifMatch) {
        if (present !== null) await syncNames();
        return { kind: "exists" };
      }
      await attempt(() => mkdir(folder, { recursive: true, mode: 0o700 }));
      const temporary = temporaryPath(target, checkId(newId()));
      const file = await attempt(() => open(temporary, "wx", 0o600));
      try {
        let bytes = 0;
        try {
          for await (const chunk of abortable(body, signal)) {
            await attempt(() => file.writeFile(chunk));
            bytes += chunk.length;
          }
          await attempt(() => file.sync());
        } finally {
          await attempt(() => file.close());
        }
        const kind = await attempt(() => publish(temporary, target, ifMatch));
        if (kind !== "interrupted") await syncNames();
        return kind === "written" ? { kind, bytes } : { kind };
      } finally {
        await attempt(() => unlinkIfExists(temporary));
      }
    },

    async *list(prefix, onOther = () => {}) {
      try {
        yield* listFiles(root, prefix, onOther);
      } catch (error) {
        await checkRoot();
        throw directoryError(name, error);
      }
    },

    async move(from, to) {
      const [source, target] = [pathOf(from), pathOf(to)];
      const object = await head(from);
      if (object === null) return;
      await checkLinks(to);
      await attempt(() => mkdir(dirname(target), { recursive: true, mode: 0o700 }));
      const kind = await attempt(() => publish(source, target));
      if (kind === "exists") {
        if (await attempt(() => areOneFile(source, target))) return;
        await checkAlreadyMoved({ name, head, read }, object, to);
      }
      await attempt(async () => {
        await syncFolders(dirname(target), root);
        await unlinkIfExists(source);
        await syncFolders(dirname(source), root);
      });
    },

    async abortIncompleteUploads(key) {
      const target = pathOf(key);
      await checkRoot();
      await checkLinks(key);
      const names = await attempt(() => readdir(dirname(target)).catch(ignoring(absent, [])));
      let deleted = 0;
      for (const found of names.filter((each) => isTemporaryOf(each, target)))
        if (await attempt(() => unlinkIfExists(join(dirname(target), found)))) deleted += 1;
      return deleted;
    },
  };
}

function checkId(id: string): string {
  if (id !== "" && !/[./\\\0]/.test(id)) return id;
  throw new PlantArchiveError(
    "OPTION_INVALID",
    "abort",
    `newId returned ${JSON.stringify(id)}: a file name must not be empty or have dots or slashes.`,
  );
}
