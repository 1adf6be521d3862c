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

function megabytesInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

test("memory does not grow with the number of readings", async () => {
  const rows = 200_000;
  const { bytes } = encodePages(readingTable, inPages(makeReadings(rows), 5_000), {
    partition: hour,
    runId: "run",
    rows,
  });
  const parts: Uint8Array[] = [];
  const encoding: number[] = [];
  for await (const part of bytes) {
    parts.push(part);
    if (parts.length % 2 === 0) encoding.push(megabytesInUse());
  }
  const file = Buffer.concat(parts);
  const decoding: number[] = [];
  let decoded = 0;
  for await (const page of decodePages(readingTable, sourceOf(file))) {
    decoded += page.length;
    if (decoded % 20_000 === 0) decoding.push(megabytesInUse());
  }
  // As objects, the readings are some 36 MB.
  for (const measured of [encoding, decoding]) {
    expect(measured.length).toBeGreaterThanOrEqual(10);
    expect(Math.max(...measured) - Math.min(...measured)).toBeLessThan(10);
  }
});
