import { describe, expect } from "vitest";
import { makeFolder } from "./folder.js";
import { countIn } from "./museum.js";
import { plant } from "./plant.js";

export const noShell = process.platform === "win32" ? "no POSIX shell" : undefined;

/** A group of tests that names the reason where it is skipped. */
export const describeUnless = (reason: string | undefined, name: string, tests: () => void) =>
  describe.skipIf(reason !== undefined)(reason === undefined ? name : `${name} (skipped: ${reason})`, tests);

/** The arguments of a watch of five plants. */
export const watchArgs = (url: string, every = "200ms") => [
  ...["run", "--api", url, "--plants", "1-5", "--watch", "--every", every],
];

export const countReadings = (file: string) => countIn(file, "SELECT count(*) FROM plant_reading");

/** A folder with a closed database, `plants.db`, of one run over five plants. */
export async function folderWithDatabase(url: string): Promise<string> {
  const cwd = makeFolder();
  const args = ["run", "--api", url, "--plants", "1-5", "--database", "sqlite:plants.db"];
  expect((await plant(args, { cwd })).code).toBe(0);
  return cwd;
}
