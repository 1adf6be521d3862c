import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectInfo } from "../../ports.js";
import { compareKeys, isKey } from "../object-key.js";
import { absent, formatEtag, ignoring, statIfThere } from "./atomic-write.js";

/**
 * The files under a folder as objects, in order of keys, one folder in memory at a time. Hidden ones are none. Links are
 * not followed, because what is behind them may be a loop or not of this archive; `onLink` is called with each link in a
 * folder that is read.
 */
export async function* listFiles(
  folder: string,
  prefix: string,
  onLink: (key: string) => void,
  parent = "",
): AsyncGenerator<ObjectInfo> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(
    // One that is gone since it was listed; the topmost has to be there.
    ignoring(parent === "" ? new Set<string>() : absent, []),
  );
  const keys: string[] = [];
  for (const entry of entries) {
    const key = parent + entry.name;
    if (!isKey(entry.name)) continue;
    if (entry.isSymbolicLink()) onLink(key);
    // With the slash that its files' keys go on with: `a.b` comes before `a/b`, though `a` before `a.b`.
    else keys.push(entry.isDirectory() ? `${key}/` : key);
  }
  for (const key of keys.sort(compareKeys)) {
    const path = join(folder, key.slice(parent.length));
    if (!key.endsWith("/")) {
      const stats = key.startsWith(prefix) ? await statIfThere(path) : null;
      if (stats?.isFile()) yield { key, bytes: Number(stats.size), etag: formatEtag(stats) };
    } else if (key.startsWith(prefix) || prefix.startsWith(key)) yield* listFiles(path, prefix, onLink, key);
  }
}

/** The first part of a key, from the left, that is a symbolic link; `null` where none is. */
export async function findLink(root: string, key: string): Promise<string | null> {
  const parts = key.split("/");
  for (let length = 1; length <= parts.length; length++) {
    const part = parts.slice(0, length).join("/");
    const stats = await lstat(join(root, part)).catch(ignoring(absent, null));
    if (stats === null) return null;
    if (stats.isSymbolicLink()) return part;
  }
  return null;
}
