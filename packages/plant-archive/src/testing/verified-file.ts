import type { ArchiveFile, VerifiedFile } from "../archive-file.js";
import { startDigest } from "../digest.js";
import type { ArchivedReading } from "../reading.js";

/** A file as `readBack` would give it if its object held these readings. For tests: nothing was read back. */
export function asIfReadBack(
  file: ArchiveFile,
  readings: readonly ArchivedReading[],
  bytes = 4321,
): VerifiedFile {
  const digest = startDigest();
  for (const reading of readings) digest.add(reading);
  return { ...file, rows: digest.rows, bytes, digest: digest.hex() } as VerifiedFile;
}
