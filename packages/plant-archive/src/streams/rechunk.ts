/**
 * Cuts a stream of pages into streams of at most `rows` rows. Each has to be read to its end before the next one is
 * asked for.
 */
export async function* rechunk<Row>(
  pages: AsyncIterable<readonly Row[]>,
  rows: number,
): AsyncGenerator<AsyncIterable<readonly Row[]>, void, void> {
  const iterator = pages[Symbol.asyncIterator]();
  let rest: readonly Row[] = [];

  async function fill(): Promise<boolean> {
    while (rest.length === 0) {
      const { done, value } = await iterator.next();
      if (done) return false;
      rest = value;
    }
    return true;
  }

  async function* part(): AsyncGenerator<readonly Row[], void, void> {
    for (let room = rows; room > 0 && (await fill()); ) {
      const page = rest.slice(0, room);
      rest = rest.slice(room);
      room -= page.length;
      yield page;
    }
  }

  while (await fill()) yield part();
}
