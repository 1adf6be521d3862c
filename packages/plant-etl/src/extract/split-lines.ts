/** Bytes; the limit of a complete line. A response of the default limit has at most a tenth of it. */
export const maxLineBytes = 64 * 1024 * 1024;

/**
 * Splits bytes at LF into lines without it; bytes after the last LF are a line too. A longer line than 64 MiB is cut to
 * 64 MiB and one byte, so that no file exhausts the memory and the length shows the cut. `replayResponses` rejects it.
 */
export function splitLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => iterateLines(chunks[Symbol.asyncIterator]()) };
}

/** Not a generator: its `return` would wait for the pending chunk, which may never arrive. */
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
