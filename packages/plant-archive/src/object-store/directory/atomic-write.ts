import { chmod, link as linkFile, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "@lmnh/plant-schema/internal";

/**
 * ETag: size, mtime in nanoseconds and inode. Objects are only replaced by rename, so a changed object has a new inode.
 * Moving an object does not change it.
 */
export function formatEtag(stats: { size: bigint; mtimeNs: bigint; ino: bigint }): string {
  return `${stats.size}-${stats.mtimeNs}-${stats.ino}`;
}

export function statIfExists(path: string) {
  return stat(path, { bigint: true }).catch(ignoring(absent, null));
}

/** Whether two paths are the same file, through a linked folder or a case-insensitive file system. */
export async function areOneFile(...paths: [string, string]): Promise<boolean> {
  const [one, other] = await Promise.all(paths.map((path) => realpath(path).catch(ignoring(absent, null))));
  return one === other;
}

/** A hidden path beside a file, for its temporary file or its lock. */
export function temporaryPath(target: string, id: string): string {
  return join(dirname(target), `.${basename(target)}.${id}.part`);
}

/** Whether a name is a temporary one of this file. Ids have no dots: `.a.b.1.part` is of `a.b`, not of `a`. */
export function isTemporaryOf(name: string, target: string): boolean {
  const [before, after] = [`.${basename(target)}.`, ".part"];
  const id = name.slice(before.length, -after.length);
  return name.startsWith(before) && name.endsWith(after) && id !== "" && !id.includes(".");
}

/** Whether a name is a temporary one of any file. */
export function isTemporaryName(name: string): boolean {
  return /^\..+\.[^.]+\.part$/.test(name);
}

/**
 * Publishes a finished file under a name that is free, or that of a file with the ETag `ifMatch`. On file systems with hard
 * links the finished file keeps its old name, too.
 *
 * @returns `interrupted` if the finished file no longer exists
 */
export async function publish(
  finished: string,
  target: string,
  ifMatch?: string,
  link = linkFile,
): Promise<"written" | "exists" | "interrupted"> {
  try {
    if (ifMatch !== undefined) return await replaceFile(finished, target, ifMatch);
    await link(finished, target);
    return "written";
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST" && !(await statIfExists(target))?.isDirectory()) return "exists";
    if (code === "ENOENT") return "interrupted";
    if (ifMatch === undefined && withoutLinks.has(code)) return await publishWithoutLinks(finished, target);
    throw error;
  }
}

function publishWithoutLinks(finished: string, target: string) {
  return publish(finished, target, noEtag);
}

/** `rename` has no condition, so comparing and renaming is guarded by a lock file. */
async function replaceFile(finished: string, target: string, ifMatch: string): Promise<"written" | "exists"> {
  const lock = temporaryPath(target, ifMatch);
  await (await open(lock, "wx", 0o600)).close();
  try {
    const present = await statIfExists(target);
    if ((present?.isFile() ? formatEtag(present) : noEtag) !== ifMatch) return "exists";
    // Keeps the permissions of the old file.
    if (present !== null) await chmod(finished, Number(present.mode) & 0o777);
    await rename(finished, target);
    return "written";
  } finally {
    await unlinkIfExists(lock);
  }
}

const noEtag = "none";

/** Syncs a folder and those above it, up to `root`, so that new names survive a power failure. */
export async function syncFolders(folder: string, root: string): Promise<void> {
  for (let at = folder; ; at = dirname(at)) {
    await syncFolder(at).catch(ignoring(withoutFolderSync, undefined));
    if (at === root) return;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** @returns whether it existed */
export function unlinkIfExists(path: string): Promise<boolean> {
  return unlink(path)
    .then(() => true)
    .catch(ignoring(absent, false));
}

/** For `catch`: returns a value instead of errors with these codes. */
export function ignoring<Instead>(codes: ReadonlySet<string>, instead: Instead): (error: unknown) => Instead {
  return (error) => {
    if (codes.has(codeOf(error))) return instead;
    throw error;
  };
}

/** No such file, or a file in place of a folder. */
export const absent: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

/** FAT, and some network file systems. */
const withoutLinks: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** The same, and Windows, which cannot open folders. */
const withoutFolderSync: ReadonlySet<string> = new Set([...withoutLinks, "EINVAL", "EISDIR"]);
