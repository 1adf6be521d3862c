import { fc } from "@lmnh/testing/property";
import type { ArchivedReading } from "../../src/model/archived-reading.js";

export function buildReading(overrides: Partial<ArchivedReading> = {}): ArchivedReading {
  return {
    readingId: 1,
    plantId: 1,
    recordingTaken: Date.UTC(2026, 0, 26, 13, 0, 0, 123),
    soilMoisture: 61.5,
    temperature: 15.25,
    lastWatered: Date.UTC(2026, 0, 26, 7, 30),
    qualityFlag: 0,
    ingestedAt: Date.UTC(2026, 0, 26, 13, 0, 1, 500),
    runId: "0b8f6a1c-4d1e-4a7b-9c2d-000000000001",
    ...overrides,
  };
}

/** Readings of 50 plants, by plant and time, as a catalog returns them, with realistic values. */
export function* makeReadings(count: number): Generator<ArchivedReading, void, void> {
  const start = Date.UTC(2026, 0, 26, 13);
  const ofPlant = Math.ceil(count / 50);
  for (let index = 0; index < count; index++) {
    const plant = Math.floor(index / ofPlant);
    const minute = index % ofPlant;
    const recordingTaken = start + Math.floor((minute / ofPlant) * 3_599_000) + ((index * 7_919) % 997);
    yield {
      readingId: minute * 50 + plant + 1,
      plantId: plant + 1,
      recordingTaken,
      soilMoisture: 100 - (recordingTaken % 86_400_000) / 1_200_000 + Math.sin(index),
      temperature: 9 + plant / 10 + Math.cos(index / 100),
      lastWatered: plant % 10 === 9 ? null : start - plant * 60_000,
      qualityFlag: index % 250 === 0 ? 1 : 0,
      ingestedAt: start + Math.floor((minute / ofPlant) * 3_600_000) + 1_500,
      runId: plant === 49 ? null : `run-${Math.floor((minute / ofPlant) * 60)}`,
    };
  }
}

const singleChunk = (min: number, max: number) => fc.integer({ min, max });
const instant = fc.oneof(
  singleChunk(0, Date.UTC(2100, 0)),
  singleChunk(-(10 ** 12), 10 ** 13),
  fc.constant(0),
);
const measured = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 15.25, 15.25),
);
const id = fc.oneof(singleChunk(1, 100), singleChunk(1, Number.MAX_SAFE_INTEGER), fc.constant(2 ** 31));

export const anyReading: fc.Arbitrary<ArchivedReading> = fc.record({
  readingId: id,
  plantId: id,
  recordingTaken: instant,
  soilMoisture: measured,
  temperature: measured,
  lastWatered: fc.option(instant),
  qualityFlag: fc.oneof(singleChunk(0, 31), singleChunk(-(2 ** 31), 2 ** 31 - 1)),
  ingestedAt: instant,
  runId: fc.option(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary", minLength: 200, maxLength: 400 }),
      fc.constantFrom("", "\ufeffrun", "run\u0000", "a", "a"),
    ),
  ),
});
