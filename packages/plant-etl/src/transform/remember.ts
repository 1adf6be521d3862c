const mostRemembered = 10_000;

/**
 * A pure function of a text that remembers what it gave: the same few texts come every minute. All is forgotten when
 * 10,000 texts are remembered, so that memory stays bounded whatever comes.
 */
export function remember<Result>(read: (text: string) => Result): (text: string) => Result {
  const readBefore = new Map<string, Result>();
  return (text) => {
    const known = readBefore.get(text);
    if (known !== undefined) return known;
    const result = read(text);
    if (readBefore.size >= mostRemembered) readBefore.clear();
    readBefore.set(text, result);
    return result;
  };
}
