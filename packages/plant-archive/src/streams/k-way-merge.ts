/** Merges sorted streams into one, row by row. In memory is one page of each stream. */
export async function* kWayMerge<Row>(
  streams: readonly AsyncIterable<readonly Row[]>[],
  compare: (a: Row, b: Row) => number,
): AsyncGenerator<Row, void, void> {
  const heads: Head<Row>[] = [];
  try {
    for (const stream of streams) {
      const head = { iterator: stream[Symbol.asyncIterator](), page: [], at: 0 };
      if (await load(head)) heads.push(head);
      else await head.iterator.return?.();
    }
    while (heads.length > 0) {
      let first = heads[0];
      for (const head of heads)
        if (first === undefined || compare(rowOf(head), rowOf(first)) < 0) first = head;
      if (first === undefined) return;
      yield rowOf(first);
      first.at += 1;
      if (first.at === first.page.length && !(await load(first))) heads.splice(heads.indexOf(first), 1);
    }
  } finally {
    for (const { iterator } of heads) await iterator.return?.();
  }
}

interface Head<Row> {
  readonly iterator: AsyncIterator<readonly Row[]>;
  page: readonly Row[];
  at: number;
}

function rowOf<Row>({ page, at }: Head<Row>): Row {
  // `load` and the loop keep `at` within the page.
  return page[at] as Row;
}

/** Reads the next page that has rows. */
async function load<Row>(head: Head<Row>): Promise<boolean> {
  do {
    const { done, value } = await head.iterator.next();
    if (done) return false;
    head.page = value;
    head.at = 0;
  } while (head.page.length === 0);
  return true;
}
