import type { ArchiveFile, VerifiedFile } from "../model/archive-file.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { startDigest } from "../model/page-digest.js";
import { readingPage, readingTable } from "../model/reading-table.js";

/** A file as `verifyObject` would return it for an object with these readings. */
export function fakeVerifiedFile(
  file: ArchiveFile,
  readings: readonly ArchivedReading[],
  bytes = 4321,
): VerifiedFile {
  const digest = startDigest(readingTable);
  digest.add(readingPage(readings));
  return { ...file, ...digest.sum(), bytes } as VerifiedFile;
}
