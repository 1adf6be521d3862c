import fc from "fast-check";
import { expect, test } from "vitest";
import { kWayMerge } from "../../src/streams/k-way-merge.js";

async function* pagesOf<Row>(rows: readonly Row[], size: number): AsyncGenerator<readonly Row[], void, void> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const byNumber = (a: number, b: number) => a - b;

test("kWayMerge merges ordered streams into one, with every row of each", async () => {
  const streams = fc.array(fc.array(fc.integer({ min: 0, max: 50 })), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(streams, fc.integer({ min: 1, max: 5 }), async (drawn, size) => {
      const sorted = drawn.map((rows) => [...rows].sort(byNumber));
      const merged = await collect(
        kWayMerge(
          sorted.map((rows) => pagesOf(rows, size)),
          byNumber,
        ),
      );
      expect(merged).toEqual(drawn.flat().sort(byNumber));
    }),
  );
});

test("kWayMerge closes its streams when the consumer leaves early", async () => {
  let ended = 0;
  async function* endless() {
    try {
      for (;;) yield [1, 2, 3];
    } finally {
      ended += 1;
    }
  }
  for await (const _ of kWayMerge([endless(), endless()], byNumber)) break;
  expect(ended).toBe(2);
});
