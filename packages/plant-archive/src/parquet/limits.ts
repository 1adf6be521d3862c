/**
 * What no file of this archive exceeds. The writer keeps to these limits and the reader checks them before it allocates
 * memory or decodes, so that a file cannot claim more than it can contain.
 */

/** Small enough that memory stays flat, large enough that hashes, statistics and requests cost little. */
export const maxRowsPerGroup = 10_000;

export const maxRowsPerFile = 1_000_000;

/** Bytes. The footer of a file of a million readings has 130,000. */
export const maxFooterBytes = 2 ** 24;

/** Bytes. A row group of 10,000 readings has some 200,000. */
export const maxRowGroupBytes = 2 ** 26;

/**
 * Bytes of a row group's pages when they are decompressed. Far below the heap of the thread that decodes: where one array
 * or text is larger than what is left of that, the whole process ends and not only the thread.
 */
export const maxDecodedBytes = 2 ** 25;

/** UTF-16 code units of a run's id in a reading. Ids that this project makes have 36. */
export const maxRunIdLength = 1_000;

const maxDecodingMs = 2_000;

/**
 * Milliseconds of work after which a footer (no rows) or row group is given up, at most two seconds. The writer's own row
 * groups of 10,000 readings are decoded in a small part of that.
 *
 * @param bytes of the file, before they are decompressed
 */
export function decodingLimitMs(rows: number, bytes: number): number {
  return Math.min(maxDecodingMs, 500 + rows / 10 + bytes / 1000);
}
