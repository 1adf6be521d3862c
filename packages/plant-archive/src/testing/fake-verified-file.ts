import type { ArchiveFile, VerifiedFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { startDigest } from "../model/reading-digest.js";

/** A file as `verifyObject` would return it for an object with these readings. */
export function fakeVerifiedFile(
  file: ArchiveFile,
  readings: readonly ArchivedReading[],
  bytes = 4321,
): VerifiedFile {
  const digest = startDigest();
  for (const reading of readings) digest.add(reading);
  return { ...file, rows: digest.rows, bytes, digest: digest.hex() } as VerifiedFile;
}
