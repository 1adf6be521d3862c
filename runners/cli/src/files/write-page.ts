import {
  chmodSync,
  closeSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { ExitCode, UserError } from "@lmnh/plant-runtime";

/**
 * Writes a page, in the place of an older one: a reader sees the old one or the new one. Only the owner can read it.
 *
 * @throws UserError for a folder, and for a file that is neither empty nor an HTML page; the errors of the file system.
 *   Nothing is left behind
 */
export function writePage(file: string, page: string): void {
  refuseOtherFile(file);
  const temporary = `${file}.tmp`;
  try {
    writeFileSync(temporary, page, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(message.replaceAll(temporary, file), { cause: error }), { code });
  }
}

function refuseOtherFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isDirectory())
    throw new UserError(ExitCode.configuration, `${file} is a folder. Name a file in it`);
  // The size of a device or a pipe is 0, and opening a pipe would wait for its writer.
  const isReplaceable = found.isFile() && (found.size === 0 || isPage(file));
  if (!isReplaceable)
    throw new UserError(ExitCode.configuration, `${file} exists and is not an HTML page. Name another file.`);
}

function isPage(file: string): boolean {
  const descriptor = openSync(file, "r");
  try {
    const start = Buffer.alloc(1024);
    const length = readSync(descriptor, start, 0, start.length, 0);
    return /^\ufeff?\s*<!doctype html/i.test(start.toString("utf8", 0, length));
  } finally {
    closeSync(descriptor);
  }
}
