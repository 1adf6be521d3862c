import { isUtf8 } from "node:buffer";
import { lstat, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectInfo, OtherEntry } from "../../ports.js";
import { compareKeys, isKey, printableName } from "../object-key.js";
import { absent, formatEtag, ignoring, isTemporaryName, statIfExists } from "./atomic-write.js";

/**
 * The files under a folder as objects, in the order of keys, one folder in memory at a time. Links are not followed: they
 * may be loops or lead out of the archive. Links and invalid names are passed to `onOther`; temporary files are skipped.
 */
export async function* listFiles(
  folder: string,
  prefix: string,
  onOther: (other: OtherEntry) => void,
  parent = "",
): AsyncGenerator<ObjectInfo> {
  // As bytes: a name that is not UTF-8 cannot be opened as text.
  const entries = await readdir(folder, { withFileTypes: true, encoding: "buffer" }).catch(
    // A folder may be deleted after it was listed; the root must exist.
    ignoring(parent === "" ? new Set<string>() : absent, []),
  );
  const keys: string[] = [];
  for (const entry of entries) {
    const name = entry.name.toString();
    const key = parent + name;
    if (!isUtf8(entry.name) || !isKey(name)) {
      const shown = parent + printableName(entry.name);
      if (shown.startsWith(prefix) && !isTemporaryName(name)) onOther({ kind: "name", name: shown });
    } else if (entry.isSymbolicLink()) onOther({ kind: "link", name: key });
    // With a slash, as in the keys of its files: `a.b` is before `a/b`, though `a` is before `a.b`.
    else keys.push(entry.isDirectory() ? `${key}/` : key);
  }
  for (const key of keys.sort(compareKeys)) {
    const path = join(folder, key.slice(parent.length));
    if (!key.endsWith("/")) {
      const stats = key.startsWith(prefix) ? await statIfExists(path) : null;
      if (stats?.isFile()) yield { key, bytes: Number(stats.size), etag: formatEtag(stats) };
    } else if (key.startsWith(prefix) || prefix.startsWith(key)) yield* listFiles(path, prefix, onOther, key);
  }
}

/** The first part of a key, from the left, that is a symbolic link; `null` if none is. */
export async function findLink(root: string, key: string): Promise<string | null> {
  if (await isWithoutLinks(root, key)) return null;
  const parts = key.split("/");
  for (let length = 1; length <= parts.length; length++) {
    const part = parts.slice(0, length).join("/");
    const stats = await lstat(join(root, part)).catch(ignoring(absent, null));
    if (stats === null) return null;
    if (stats.isSymbolicLink()) return part;
  }
  return null;
}

/** Two calls in place of one for each part. `false` also if the file does not exist, or its name has other letters. */
async function isWithoutLinks(root: string, key: string): Promise<boolean> {
  const real = await Promise.all([realpath(root), realpath(join(root, key))]).catch(() => null);
  return real !== null && real[1] === join(real[0], key);
}
