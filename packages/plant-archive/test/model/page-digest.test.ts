import { fc, test as property } from "@lmnh/testing/property";
import { expect, test } from "vitest";
import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { startDigest } from "../../src/model/page-digest.js";
import { readingPage, readingTable } from "../../src/model/reading-table.js";
import { anyReading, buildReading } from "../support/readings.js";

function digestOf(readings: readonly ArchivedReading[]): string {
  const digest = startDigest(readingTable);
  digest.add(readingPage(readings));
  return digest.sum().digest;
}

const anyReadings = fc.array(anyReading, { maxLength: 20 });

// The values come from an implementation of MurmurHash3 that is not ours: mmh3 5 for Python, over the same bytes.
const golden = [
  [
    "47746f5ece110a30b5a82b70e7003429",
    buildReading({
      recordingTaken: 1_769_432_400_123,
      temperature: -0,
      lastWatered: 1_769_412_000_000,
      ingestedAt: 1_769_432_401_500,
    }),
  ],
  [
    "9914ee0273f29f6663b405d3ed06684b",
    buildReading({
      plantId: 43,
      recordingTaken: 1_769_432_460_000,
      soilMoisture: 5e-324,
      lastWatered: null,
      ingestedAt: 1_769_432_461_000,
      qualityFlag: 3,
      runId: null,
    }),
  ],
  [
    "5c123730943d3a4594d6b6af994b4fe2",
    buildReading({
      plantId: 2 ** 53 - 1,
      recordingTaken: -1,
      soilMoisture: Number.MAX_VALUE,
      temperature: -12.5,
      lastWatered: 0,
      ingestedAt: 0,
      qualityFlag: 2 ** 31 - 1,
      runId: "🌵".repeat(40),
    }),
  ],
] as const;

test.each(golden)("the digest %s never changes", (hex, reading) => {
  expect(digestOf([reading])).toBe(hex);
});

test("the digest sums readings, 32 bits by 32 bits", () => {
  expect(digestOf(golden.map(([, reading]) => reading))).toBe("3c9b9491d541e4dbac33e8f26d53eb56");
  expect(digestOf([])).toBe("0".repeat(32));
});

test("the digest of two pages is that of one with all rows", () => {
  const digest = startDigest(readingTable);
  expect(digest.sum().rows).toBe(0);
  digest.add(readingPage([buildReading()]));
  digest.add(
    readingPage([buildReading({ runId: "a longer name of a run, in a second page" }), buildReading()]),
  );
  const other = startDigest(readingTable);
  other.add(
    readingPage([
      buildReading(),
      buildReading(),
      buildReading({ runId: "a longer name of a run, in a second page" }),
    ]),
  );
  expect(digest.sum()).toEqual(other.sum());
  expect(digest.sum().rows).toBe(3);
});

property(
  "the order of readings is nothing to it",
  [anyReadings, fc.infiniteStream(fc.nat())],
  (readings, random) => {
    const shuffled = readings
      .map((reading) => ({ reading, place: random.next().value ?? 0 }))
      .sort((one, other) => one.place - other.place)
      .map(({ reading }) => reading);
    expect(digestOf(shuffled)).toBe(digestOf(readings));
  },
);

property("the number of a reading is nothing to it", [anyReadings], (readings) => {
  expect(digestOf(readings.map((reading) => ({ ...reading, readingId: reading.readingId + 1 })))).toBe(
    digestOf(readings),
  );
});

property(
  "a reading that is missing or doubled changes it",
  [anyReadings, anyReading],
  (readings, reading) => {
    const once = digestOf([...readings, reading]);
    expect(digestOf(readings)).not.toBe(once);
    expect(digestOf([...readings, reading, reading])).not.toBe(once);
    expect(digestOf([...readings, reading, reading, reading])).not.toBe(once);
  },
);

const fields = [
  "plantId",
  "recordingTaken",
  "soilMoisture",
  "temperature",
  "lastWatered",
  "qualityFlag",
  "ingestedAt",
  "runId",
] as const;

property(
  "any field that changes changes it",
  [anyReadings, anyReading, anyReading, fc.constantFrom(...fields)],
  (readings, reading, other, field) => {
    fc.pre(!Object.is(reading[field], other[field]));
    const changed = { ...reading, [field]: other[field] };
    expect(digestOf([...readings, changed])).not.toBe(digestOf([...readings, reading]));
  },
);

property(
  "a field that two readings swap changes it",
  [anyReadings, anyReading, anyReading, fc.constantFrom(...fields)],
  (readings, one, other, field) => {
    fc.pre(!Object.is(one[field], other[field]));
    fc.pre(fields.some((rest) => rest !== field && !Object.is(one[rest], other[rest])));
    const swapped = [
      { ...one, [field]: other[field] },
      { ...other, [field]: one[field] },
    ];
    expect(digestOf([...readings, ...swapped])).not.toBe(digestOf([...readings, one, other]));
  },
);

const numbers = [
  "plantId",
  "recordingTaken",
  "soilMoisture",
  "temperature",
  "ingestedAt",
  "qualityFlag",
] as const;

property(
  "two fields of a reading that swap their values change it",
  [anyReading, fc.subarray([...numbers], { minLength: 2, maxLength: 2 })],
  (reading, [one = "plantId", other = "plantId"]) => {
    fc.pre(reading[one] !== reading[other]);
    const swapped = { ...reading, [one]: reading[other], [other]: reading[one] };
    expect(digestOf([swapped])).not.toBe(digestOf([reading]));
  },
);

test.each<[string, Partial<ArchivedReading>, Partial<ArchivedReading>]>([
  ["0 and −0 as a measurement", { soilMoisture: 0 }, { soilMoisture: -0 }],
  ["no watering and one in 1970", { lastWatered: null }, { lastWatered: 0 }],
  ["no run and one without a name", { runId: null }, { runId: "" }],
  ["a run and the same with a NUL", { runId: "run" }, { runId: "run\u0000" }],
  ["the last bit of a measurement", { temperature: 15.25 }, { temperature: 15.250000000000002 }],
  ["a millisecond", { recordingTaken: 1 }, { recordingTaken: 2 }],
])("the digest differs for %s", (_, one, other) => {
  expect(digestOf([buildReading(one)])).not.toBe(digestOf([buildReading(other)]));
});

test("0 and −0 as integers have the same digest", () => {
  const zeros = { plantId: 0, recordingTaken: 0, lastWatered: 0, qualityFlag: 0, ingestedAt: 0 };
  const minusZeros = { plantId: -0, recordingTaken: -0, lastWatered: -0, qualityFlag: -0, ingestedAt: -0 };
  expect(digestOf([buildReading(minusZeros)])).toBe(digestOf([buildReading(zeros)]));
});

test("each bit of a measurement turns about half of the digest's bits", () => {
  const view = new DataView(new ArrayBuffer(8));
  const singleChunk = BigInt(`0x${digestOf([buildReading({ temperature: 15.25 })])}`);
  for (let bit = 0; bit < 64; bit++) {
    view.setFloat64(0, 15.25);
    view.setBigUint64(0, view.getBigUint64(0) ^ (1n << BigInt(bit)));
    const turned = BigInt(`0x${digestOf([buildReading({ temperature: view.getFloat64(0) })])}`) ^ singleChunk;
    const bits = [...turned.toString(2)].filter((digit) => digit === "1").length;
    expect(bits, `bit ${bit}`).toBeGreaterThan(35);
    expect(bits, `bit ${bit}`).toBeLessThan(93);
  }
});
