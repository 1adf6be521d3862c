import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { decodeReadings } from "../src/parquet/decode-readings.js";
import { encodeReadings } from "../src/parquet/encode-readings.js";
import { hour, inPages, sourceOf } from "./helpers/reading-files.js";
import { makeReadings } from "./helpers/readings.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function megabytesInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

test("memory stays flat however many readings there are", { timeout: 60_000 }, async () => {
  const rows = 200_000;
  const { bytes } = encodeReadings(inPages(makeReadings(rows), 5_000), {
    partition: hour,
    runId: "run",
    rows,
  });
  const parts: Uint8Array[] = [];
  const encoding: number[] = [];
  for await (const part of bytes) {
    encoding.push(megabytesInUse());
    parts.push(Buffer.from(part));
  }
  const file = Buffer.concat(parts);
  const decoding: number[] = [];
  for await (const page of decodeReadings(sourceOf(file))) {
    expect(page.length).toBe(20_000);
    decoding.push(megabytesInUse());
  }
  // As objects, the readings are some 36 MB.
  for (const measured of [encoding, decoding]) {
    expect(measured.length).toBeGreaterThanOrEqual(10);
    expect(Math.max(...measured) - Math.min(...measured)).toBeLessThan(12);
  }
});
