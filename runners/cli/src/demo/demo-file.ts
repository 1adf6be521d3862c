import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExitCode, UserError } from "@lmnh/plant-runtime";

/** SQLite keeps this number in the file's header for programs that want to know their own files: "plnt". */
export const demoApplicationId = 0x706c_6e74;
const applicationIdOffset = 68;
const headerBytes = 100;

/** The folder of a demo's archive, beside its database. */
export function demoArchive(path: string): string {
  return join(dirname(path), "archive");
}

/**
 * Makes room for a demo's database, which is then created with `demoApplicationId`. An earlier demo's database is removed
 * together with its archive.
 *
 * @throws UserError for a file that is something else, or may be
 */
export function clearDemoFile(path: string): void {
  if (existsSync(path)) {
    if (!isDemoFile(path))
      throw new UserError(
        ExitCode.configuration,
        `${path} is there and was not made by plant demo, so it is left alone. Name another folder: plant demo --dir DIR`,
      );
    // The database last: what is left of a replacement that was cut off is then still known as a demo's.
    rmSync(demoArchive(path), { recursive: true, force: true });
    for (const file of [`${path}-wal`, `${path}-shm`, path]) rmSync(file, { force: true });
  }
  const orphan = [`${path}-wal`, `${path}-shm`, demoArchive(path)].find((file) => existsSync(file));
  if (orphan !== undefined)
    throw new UserError(
      ExitCode.configuration,
      `${orphan} is there without its database, so it is left alone. Name another folder: plant demo --dir DIR`,
    );
}

function isDemoFile(path: string): boolean {
  const header = readFileSync(path).subarray(0, headerBytes);
  return header.byteLength === headerBytes && header.readUInt32BE(applicationIdOffset) === demoApplicationId;
}
