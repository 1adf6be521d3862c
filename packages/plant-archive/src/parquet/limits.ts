/**
 * Limits of every file. The writer does not exceed them, and the reader checks them before it allocates memory or decodes.
 */

/** Small enough for constant memory, large enough that hashes, statistics and requests cost little. */
export const maxRowsPerGroup = 10_000;

export const maxRowsPerFile = 1_000_000;

/** Bytes. The footer of a file of a million readings has 130,000. */
export const maxFooterBytes = 2 ** 24;

/** Bytes. A row group of 10,000 readings has some 200,000. */
export const maxRowGroupBytes = 2 ** 26;

/**
 * Decompressed bytes of the pages of a row group. Far below the heap of the decoding thread: an array or text larger than
 * the free heap ends the process, not only the thread.
 */
export const maxDecodedBytes = 2 ** 25;

/** UTF-16 code units of a text. The id of a run, a UUID, has 36. */
export const maxTextLength = 1_000;

const maxDecodingMs = 2_000;

/**
 * The limit of work for a footer (no rows) or a row group, in milliseconds. Decoding a row group of 10,000 readings takes a
 * small part of it.
 *
 * @param bytes compressed
 */
export function decodingLimitMs(rows: number, bytes: number): number {
  return Math.min(maxDecodingMs, 500 + rows / 10 + bytes / 1000);
}
