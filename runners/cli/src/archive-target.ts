import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { directoryObjectStore, memoryObjectStore, type ObjectStore } from "@lmnh/plant-archive";
import type { S3RequestLimits } from "@lmnh/plant-archive/s3";
import {
  type ArchiveValues,
  defaultArchive,
  ExitCode,
  type Resolved,
  type ResolvedArchive,
  resolveArchive,
  type SettingTable,
  UserError,
} from "@lmnh/plant-runtime";
import type { Host } from "./host.js";
import { quoteForShell } from "./output/quote-for-shell.js";

type ChosenOf<Kind> = Extract<ResolvedArchive, { readonly kind: Kind }>;

/** An archive that is known and not open yet. */
export interface ArchiveTarget {
  /** Without secrets. */
  readonly name: string;
  /**
   * `false` for a folder that `plant archive` would make.
   *
   * @throws UserError where the folder that it should be in is missing and is not ours to make, or where a file is in
   *   its place
   */
  exists(): boolean;
  /**
   * With `make` and `pretend`, a folder that is not there is an empty archive; with `make` the first write makes it, so that
   * nothing is made on the wrong disk for a run that is refused.
   */
  open(folder: "make" | "pretend" | "look", limits?: S3RequestLimits): Promise<ObjectStore>;
}

/** The archive that the settings mean. */
export function archiveTarget(
  values: ArchiveValues,
  resolved: Resolved<SettingTable>,
  host: Pick<Host, "newId">,
): ArchiveTarget {
  const choice = resolveArchive(values, resolved);
  return choice.kind === "s3" ? bucketTarget(choice) : folderTarget(choice, host);
}

function bucketTarget({ url, name }: ChosenOf<"s3">): ArchiveTarget {
  return {
    name,
    exists: () => true,
    async open(_folder, limits) {
      // Loaded only where it is used: it is large.
      const { openS3ObjectStore } = await import("@lmnh/plant-archive/s3");
      return await openS3ObjectStore(url, limits);
    },
  };
}

function folderTarget(
  { url, directory: written }: ChosenOf<"directory">,
  { newId }: Pick<Host, "newId">,
): ArchiveTarget {
  const directory = resolve(written);
  const exists = () => {
    const parent = dirname(directory);
    if (url !== defaultArchive && !existsSync(parent))
      throw new UserError(
        ExitCode.configuration,
        `The folder of the archive ${url} does not exist. Is its disk mounted? Where the folder is to be new, make it: mkdir -p ${quoteForShell(parent)}`,
      );
    const stats = statSync(directory, { throwIfNoEntry: false });
    if (stats?.isDirectory() === false)
      throw new UserError(
        ExitCode.configuration,
        `The archive ${url} is a file and no folder. Name a folder with --archive file:DIR`,
      );
    return stats !== undefined;
  };
  return {
    name: url,
    exists,
    async open(folder) {
      if (!exists()) {
        if (folder === "pretend") return memoryObjectStore(url);
        if (folder === "look")
          throw new UserError(
            ExitCode.configuration,
            `The archive ${url} is not there. Is its disk mounted? Mount it, or name the archive with --archive`,
          );
      }
      const store = directoryObjectStore({ directory, newId });
      return exists() ? store : madeByFirstWrite(directory, store);
    },
  };
}

/** A store whose folder is made by the first write, and which is empty until then. */
function madeByFirstWrite(directory: string, store: ObjectStore): ObjectStore {
  const nothing = memoryObjectStore(store.name);
  let made = false;
  const present = () => (made ? store : nothing);
  return {
    name: store.name,
    async put(key, body, options) {
      if (!made) mkdirSync(directory, { recursive: true, mode: 0o700 });
      made = true;
      return await store.put(key, body, options);
    },
    head: (key) => present().head(key),
    read: (key, start, end) => present().read(key, start, end),
    list: (prefix, onOther) => present().list(prefix, onOther),
    move: (from, to) => present().move(from, to),
    abortIncompleteUploads: (key) => present().abortIncompleteUploads(key),
  };
}
