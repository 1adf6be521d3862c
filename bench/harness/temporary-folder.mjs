import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs work with a new folder, which is removed afterwards. */
export async function withFolder(work) {
  const { folder, remove } = makeFolder();
  try {
    return await work(folder);
  } finally {
    remove();
  }
}

export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
