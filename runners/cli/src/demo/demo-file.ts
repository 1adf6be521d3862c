import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Libsql from "libsql";
import { UserError } from "../errors.js";
import { ExitCode } from "../exit-codes.js";

/** SQLite keeps this number in the file's header for programs that want to know their own files: "plnt". */
const applicationId = 0x706c_6e74;
const applicationIdOffset = 68;
const headerBytes = 100;

/**
 * Makes an empty database file that is known as a demo's. One that is there already is replaced, but only if it is a
 * demo's too.
 *
 * @throws UserError for a file that is something else, or may be
 */
export function makeDemoFile(path: string): void {
  if (existsSync(path)) {
    if (!isDemoFile(path))
      throw new UserError(
        ExitCode.configuration,
        `${path} is there and was not made by plant demo, so it is left alone. Name another folder: plant demo --dir DIR`,
      );
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
  }
  const orphan = [`${path}-wal`, `${path}-shm`].find((file) => existsSync(file));
  if (orphan !== undefined)
    throw new UserError(
      ExitCode.configuration,
      `${orphan} is there without its database, so it is left alone. Name another folder: plant demo --dir DIR`,
    );
  mkdirSync(dirname(path), { recursive: true });
  // Before anybody turns the write-ahead log on: the mark is in the file itself from the start.
  const database = new Libsql(path);
  database.exec(`PRAGMA application_id = ${applicationId}`);
  database.close();
}

function isDemoFile(path: string): boolean {
  const header = readFileSync(path).subarray(0, headerBytes);
  return header.byteLength === headerBytes && header.readUInt32BE(applicationIdOffset) === applicationId;
}
