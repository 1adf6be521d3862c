import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ObjectStore } from "@lmnh/plant-archive";
import type { S3RequestLimits } from "@lmnh/plant-archive/s3";
import { UserError } from "../errors.js";
import { ExitCode } from "../exit-codes.js";
import { quoteForShell } from "../quote-for-shell.js";
import type { ResolvedArchive } from "../resolve-archive.js";
import { defaultArchive } from "../settings/plant-settings.js";

type DirectoryArchive = Extract<ResolvedArchive, { readonly kind: "directory" }>;

export interface OpenArchiveOptions {
  /** Makes the names of temporary files. */
  readonly newId: () => string;
  /**
   * What to do about a missing folder. `create`: the first write creates it, so that a run that fails before creates
   * nothing. `empty`: the archive is empty, and writes go to memory. `refuse`: a UserError.
   */
  readonly missingFolder: "create" | "empty" | "refuse";
  /** S3 only. */
  readonly limits?: S3RequestLimits | undefined;
}

/**
 * Whether the archive exists; always `true` for S3, which is not requested.
 *
 * @throws UserError if the parent of the folder is missing, unless it is the default archive's, or if the path is a file
 */
export function archiveExists(archive: ResolvedArchive): boolean {
  switch (archive.kind) {
    case "s3":
      return true;
    case "directory":
      return folderExists(archive);
  }
}

/** Opens the archive. */
export async function openArchive(
  archive: ResolvedArchive,
  options: OpenArchiveOptions,
): Promise<ObjectStore> {
  switch (archive.kind) {
    case "s3": {
      // Loaded only if it is used: it is large.
      const { openS3Archive } = await import("./s3.js");
      return await openS3Archive(archive, options.limits);
    }
    case "directory":
      return await openDirectory(archive, options);
  }
}

async function openDirectory(
  archive: DirectoryArchive,
  { newId, missingFolder }: OpenArchiveOptions,
): Promise<ObjectStore> {
  const { directoryObjectStore, memoryObjectStore } = await import("./directory.js");
  const exists = folderExists(archive);
  if (!exists && missingFolder === "empty") return memoryObjectStore(archive.name);
  if (!exists && missingFolder === "refuse")
    throw new UserError(
      ExitCode.configuration,
      `The archive ${archive.name} does not exist. Is its disk mounted? Mount it, or name the archive with --archive`,
    );
  const directory = resolve(archive.directory);
  const store = directoryObjectStore({ directory, newId });
  return exists ? store : createOnFirstWrite(directory, store, memoryObjectStore(store.name));
}

function folderExists({ url, directory }: DirectoryArchive): boolean {
  const folder = resolve(directory);
  const parent = dirname(folder);
  if (url !== defaultArchive && !existsSync(parent))
    throw new UserError(
      ExitCode.configuration,
      `The folder of the archive ${url} does not exist. Is its disk mounted? If the folder is to be new, create it: mkdir -p ${quoteForShell(parent)}`,
    );
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() === false)
    throw new UserError(
      ExitCode.configuration,
      `The archive ${url} is a file, not a folder. Name a folder with --archive file:DIR`,
    );
  return stats !== undefined;
}

/** A store whose folder is created by the first write; until then it reads from `empty`. */
function createOnFirstWrite(directory: string, store: ObjectStore, empty: ObjectStore): ObjectStore {
  let created = false;
  const current = () => (created ? store : empty);
  return {
    name: store.name,
    async put(key, body, options) {
      if (!created) mkdirSync(directory, { recursive: true, mode: 0o700 });
      created = true;
      return await store.put(key, body, options);
    },
    head: (key) => current().head(key),
    read: (key, start, end, options) => current().read(key, start, end, options),
    list: (prefix, onLink) => current().list(prefix, onLink),
    move: (from, to) => current().move(from, to),
    abortIncompleteUploads: (key) => current().abortIncompleteUploads(key),
  };
}
