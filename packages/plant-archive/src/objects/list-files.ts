import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectInfo } from "../ports.js";
import { absent, formatTag, ignoring, statIfThere } from "./durable-files.js";
import { compareKeys, isKey } from "./object-key.js";

/** The files under a folder as objects, in order of keys, one folder in memory at a time. Hidden ones are none. */
export async function* listFiles(folder: string, prefix: string, parent = ""): AsyncGenerator<ObjectInfo> {
  const names = await readdir(folder, { withFileTypes: true }).catch(
    // One that is gone since it was listed; the topmost has to be there.
    ignoring(parent === "" ? new Set<string>() : absent, []),
  );
  const keys: string[] = [];
  for (const entry of names) {
    const key = parent + entry.name;
    if (!isKey(entry.name)) continue;
    const isFolder = entry.isSymbolicLink()
      ? await leadsToFolder(join(folder, entry.name))
      : entry.isDirectory();
    // With the slash that its files' keys go on with: `a.b` comes before `a/b`, though `a` before `a.b`.
    keys.push(isFolder ? `${key}/` : key);
  }
  for (const key of keys.sort(compareKeys)) {
    const path = join(folder, key.slice(parent.length));
    if (!key.endsWith("/")) {
      const stats = key.startsWith(prefix) ? await statIfThere(path) : null;
      if (stats?.isFile()) yield { key, bytes: Number(stats.size), tag: formatTag(stats) };
    } else if (key.startsWith(prefix) || prefix.startsWith(key)) yield* listFiles(path, prefix, key);
  }
}

async function leadsToFolder(path: string): Promise<boolean> {
  return await stat(path)
    .then((stats) => stats.isDirectory())
    .catch(ignoring(absent, false));
}
