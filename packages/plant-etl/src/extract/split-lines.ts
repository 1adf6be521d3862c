/** Bytes of the longest line that is returned complete: an answer of the default cap has a tenth of it at most. */
export const maxLineBytes = 64 * 1024 * 1024;

/**
 * Splits bytes at LF into lines without it; what follows the last LF is a line too unless it is empty. Of a line longer
 * than 64 MiB only so much and one byte more is returned, so that no file fills the memory, and its length shows the cut.
 * `replayResponses` refuses such a line.
 */
export function splitLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => iterateLines(chunks[Symbol.asyncIterator]()) };
}

/** Not a generator: its `return` would wait for the chunk that is due, which may never come. */
function iterateLines(chunks: AsyncIterator<Uint8Array>): AsyncIterator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let rest: Uint8Array | undefined;
  let done = false;

  const keep = (part: Uint8Array) => {
    const kept = part.subarray(0, Math.max(0, maxLineBytes + 1 - length));
    if (kept.length > 0) parts.push(kept);
    length += kept.length;
  };
  const takeLine = () => {
    const [only] = parts;
    const line = only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
    parts = [];
    length = 0;
    return line;
  };

  return {
    async next() {
      for (;;) {
        if (rest === undefined) {
          const chunk = done ? undefined : await chunks.next();
          if (chunk === undefined || chunk.done === true) {
            done = true;
            return length > 0 ? { done: false, value: takeLine() } : { done: true, value: undefined };
          }
          rest = chunk.value;
        }
        const end = rest.indexOf(0x0a);
        if (end === -1) {
          keep(rest);
          rest = undefined;
        } else {
          keep(rest.subarray(0, end));
          rest = rest.subarray(end + 1);
          return { done: false, value: takeLine() };
        }
      }
    },
    async return() {
      done = true;
      await chunks.return?.();
      return { done: true, value: undefined };
    },
  };
}
