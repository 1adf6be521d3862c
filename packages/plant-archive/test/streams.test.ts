import fc from "fast-check";
import { expect, test } from "vitest";
import { kWayMerge } from "../src/streams/k-way-merge.js";
import { rechunk } from "../src/streams/rechunk.js";

async function* pagesOf<Row>(rows: readonly Row[], size: number): AsyncGenerator<readonly Row[], void, void> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const byNumber = (a: number, b: number) => a - b;

test("streams in order merge into one in order, with every row of each", async () => {
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

test("a merge that is left early ends the streams that it was reading", async () => {
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

test("a stream is cut into streams of the given length, in order and whole", async () => {
  const rows = fc.array(fc.integer(), { maxLength: 60 });
  const sizes = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(rows, sizes, sizes, async (drawn, pageSize, partSize) => {
      const parts: number[][] = [];
      for await (const part of rechunk(pagesOf(drawn, pageSize), partSize))
        parts.push((await collect(part)).flat());
      expect(parts.flat()).toEqual(drawn);
      expect(parts.slice(0, -1).every((part) => part.length === partSize)).toBe(true);
      expect(parts.every((part) => part.length > 0)).toBe(true);
    }),
  );
});
