const maxEntries = 10_000;
/** UTF-16 code units. */
const maxKeyLength = 300;

/**
 * Memoizes a pure function of a text, because the same few texts occur every minute. Memory is bounded: the cache is
 * cleared at 10,000 entries, and long texts are not cached.
 */
export function memoize<Result>(compute: (text: string) => Result): (text: string) => Result {
  const cache = new Map<string, Result>();
  return (text) => {
    if (text.length > maxKeyLength) return compute(text);
    const cached = cache.get(text);
    if (cached !== undefined) return cached;
    const result = compute(text);
    if (cache.size >= maxEntries) cache.clear();
    cache.set(text, result);
    return result;
  };
}
