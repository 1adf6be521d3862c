import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, removed after the tests of the file. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "plant-cli-"));
  folders.push(folder);
  return folder;
}
