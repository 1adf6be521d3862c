import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExitCode, UserError } from "@lmnh/plant-runtime";

/** Identifies the database of a demo: SQLite's application id, "plnt", in the header of the file. */
export const demoApplicationId = 0x706c_6e74;
const applicationIdOffset = 68;
const headerBytes = 100;

/** The folder of a demo's archive, in the folder of its database. */
export function demoArchive(path: string): string {
  return join(dirname(path), "archive");
}

/** The page of a demo, beside its database. */
export function demoPage(path: string): string {
  return join(dirname(path), "report.html");
}

/**
 * Removes the database, the page and the archive of an earlier demo, so that they can be created anew.
 *
 * @throws UserError for files that may not be of a demo
 */
export function clearDemoFile(path: string): void {
  if (existsSync(path)) {
    if (!isDemoFile(path))
      throw new UserError(
        ExitCode.configuration,
        `${path} exists and was not created by plant demo, so it is not replaced. Name another folder: plant demo --dir DIR`,
      );
    // The database last: after an interruption, the rest is still recognised as a demo's.
    rmSync(demoArchive(path), { recursive: true, force: true });
    for (const file of [demoPage(path), `${path}-wal`, `${path}-shm`, path]) rmSync(file, { force: true });
  }
  const orphan = [`${path}-wal`, `${path}-shm`, demoArchive(path), demoPage(path)].find((file) =>
    existsSync(file),
  );
  if (orphan !== undefined)
    throw new UserError(
      ExitCode.configuration,
      `${orphan} exists without its database, so it is not replaced. Name another folder: plant demo --dir DIR`,
    );
}

function isDemoFile(path: string): boolean {
  const header = readFileSync(path).subarray(0, headerBytes);
  return header.byteLength === headerBytes && header.readUInt32BE(applicationIdOffset) === demoApplicationId;
}
