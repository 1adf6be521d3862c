import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { readingTable } from "../../src/model/reading-table.js";
import { decodePages } from "../../src/parquet/decode-pages.js";
import { encodePages } from "../../src/parquet/encode-pages.js";
import { hour, inPages } from "../support/reading-files.js";
import { makeReadings } from "../support/readings.js";
import { sourceOf } from "../support/source-of.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

async function megabytesInUse(): Promise<number> {
  // What a finished generator has kept is released after its last step.
  collectGarbage();
  await new Promise(setImmediate);
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

test("memory is bounded by the readings of a file while it is encoded, and by a row group while it is decoded", async () => {
  const rows = 200_000;
  const before = await megabytesInUse();
  const { bytes } = encodePages(readingTable, inPages(makeReadings(rows), 5_000), {
    partition: hour,
    runId: "run",
    rows,
  });
  const parts: Uint8Array[] = [];
  const encoding: number[] = [];
  for await (const part of bytes) {
    parts.push(part);
    if (parts.length % 2 === 0) encoding.push(await megabytesInUse());
  }
  const file = Buffer.concat(parts);
  const decoding: number[] = [];
  let decoded = 0;
  for await (const page of decodePages(readingTable, sourceOf(file))) {
    decoded += page.length;
    if (decoded % 20_000 === 0) decoding.push(await megabytesInUse());
  }
  expect(encoding.length).toBeGreaterThanOrEqual(10);
  expect(Math.max(...encoding) - before).toBeLessThan((rows * 200) / 2 ** 20);
  // As objects, the readings are some 36 MB.
  expect(decoding.length).toBeGreaterThanOrEqual(10);
  expect(Math.max(...decoding) - Math.min(...decoding)).toBeLessThan(10);
});
