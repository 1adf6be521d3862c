import { chmod, link as linkFile, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "@lmnh/plant-schema";

/**
 * Changes with the content, because content only ever comes with a new file: its inode, or at least the time in
 * nanoseconds at which that was written, is another one. Moving it changes neither.
 */
export function formatEtag(stats: { size: bigint; mtimeNs: bigint; ino: bigint }): string {
  return `${stats.size}-${stats.mtimeNs}-${stats.ino}`;
}

export function statIfThere(path: string) {
  return stat(path, { bigint: true }).catch(ignoring(absent, null));
}

/** Whether two paths lead to one name of one file, by a linked folder or because case is nothing to the file system. */
export async function areOneFile(...paths: [string, string]): Promise<boolean> {
  const [one, other] = await Promise.all(paths.map((path) => realpath(path).catch(ignoring(absent, null))));
  return one === other;
}

/** Beside a file, hidden, and found again by its name: what is being written, or the mark of who takes its place. */
export function unfinishedPath(target: string, id: string): string {
  return join(dirname(target), `.${basename(target)}.${id}.part`);
}

/** Whether a name in its folder is such a one of this file. An id has no dots: `.a.b.1.part` is of `a.b`, not of `a`. */
export function isUnfinished(name: string, target: string): boolean {
  const [before, after] = [`.${basename(target)}.`, ".part"];
  const id = name.slice(before.length, -after.length);
  return name.startsWith(before) && name.endsWith(after) && id !== "" && !id.includes(".");
}

/** Whether a name is such a one of any file. */
export function isUnfinishedName(name: string): boolean {
  return /^\..+\.[^.]+\.part$/.test(name);
}

/**
 * Gives a finished file another name, if that is free, or is that of a file with the tag `replaces`. Where the file
 * system has links, the finished file keeps its old name too.
 *
 * @returns `interrupted` where the finished file is gone
 */
export async function publish(
  finished: string,
  target: string,
  ifMatch?: string,
  link = linkFile,
): Promise<"written" | "exists" | "interrupted"> {
  try {
    if (ifMatch !== undefined) return await takePlace(finished, target, ifMatch);
    await link(finished, target);
    return "written";
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST" && !(await statIfThere(target))?.isDirectory()) return "exists";
    if (code === "ENOENT") return "interrupted";
    if (ifMatch === undefined && withoutLinks.has(code)) return await publishWithoutLinks(finished, target);
    throw error;
  }
}

function publishWithoutLinks(finished: string, target: string) {
  return publish(finished, target, noEtag);
}

/** `rename` asks nothing, so who looks and then renames leaves a mark that only one at a time can make. */
async function takePlace(finished: string, target: string, ifMatch: string): Promise<"written" | "exists"> {
  const mark = unfinishedPath(target, ifMatch);
  await (await open(mark, "wx", 0o600)).close();
  try {
    const present = await statIfThere(target);
    if ((present?.isFile() ? formatEtag(present) : noEtag) !== ifMatch) return "exists";
    // Whoever was given the right to read the old file keeps it.
    if (present !== null) await chmod(finished, Number(present.mode) & 0o777);
    await rename(finished, target);
    return "written";
  } finally {
    await unlinkIfThere(mark);
  }
}

const noEtag = "none";

/** Makes the names in a folder, and in those above it as far as `root`, survive a power cut. */
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

/** @returns whether it was there */
export function unlinkIfThere(path: string): Promise<boolean> {
  return unlink(path)
    .then(() => true)
    .catch(ignoring(absent, false));
}

/** For `catch`: what is no error here, by code. */
export function ignoring<Instead>(codes: ReadonlySet<string>, instead: Instead): (error: unknown) => Instead {
  return (error) => {
    if (codes.has(codeOf(error))) return instead;
    throw error;
  };
}

/** No such file, or a file where a folder would have to be. */
export const absent: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

/** FAT, and some file systems over networks. */
const withoutLinks: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** The same, and Windows, which does not open folders. */
const withoutFolderSync: ReadonlySet<string> = new Set([...withoutLinks, "EINVAL", "EISDIR"]);
