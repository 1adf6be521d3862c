const maxEntries = 10_000;
/** UTF-16 code units. */
const maxKeyLength = 300;

/**
 * A pure function of a text that remembers what it gave: the same few texts come every minute. Memory is bounded
 * whatever comes: all is forgotten when 10,000 texts are remembered, and a text longer than any usual one never is.
 */
export function memoize<Result>(read: (text: string) => Result): (text: string) => Result {
  const readBefore = new Map<string, Result>();
  return (text) => {
    if (text.length > maxKeyLength) return read(text);
    const known = readBefore.get(text);
    if (known !== undefined) return known;
    const result = read(text);
    if (readBefore.size >= maxEntries) readBefore.clear();
    readBefore.set(text, result);
    return result;
  };
}
