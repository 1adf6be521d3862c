import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileKey, partitionOfKey } from "../../src/model/object-keys.js";
import {
  hourMs,
  type Partition,
  parsePartition,
  partitionEnd,
  partitionOf,
  partitionPath,
  partitionStart,
} from "../../src/model/partition.js";
import { readingTable } from "../../src/model/reading-table.js";

const instants = fc.integer({ min: 0, max: Date.parse("2200-01-01") });

describe("a partition", () => {
  test("is the UTC hour of an instant, its first millisecond included and the next hour's not", () => {
    expect(partitionOf(Date.parse("2026-01-28T14:00:00.000Z"))).toBe("2026-01-28T14");
    expect(partitionOf(Date.parse("2026-01-28T14:59:59.999Z"))).toBe("2026-01-28T14");
    expect(partitionOf(Date.parse("2026-01-28T15:00:00.000Z"))).toBe("2026-01-28T15");
  });

  test("contains every instant in exactly one hour", () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const partition = partitionOf(ms);
        expect(partitionStart(partition)).toBeLessThanOrEqual(ms);
        expect(partitionEnd(partition)).toBeGreaterThan(ms);
        expect(partitionEnd(partition) - partitionStart(partition)).toBe(hourMs);
        expect(parsePartition(partition)).toBe(partition);
      }),
    );
  });

  test.each([
    ["the clocks go forward", "2026-03-29"],
    ["the clocks go back", "2026-10-25"],
    ["there is a leap day", "2028-02-29"],
  ])("a UTC day has 24 of them when %s", (_, day) => {
    const start = Date.parse(`${day}T00:00:00.000Z`);
    const hours = Array.from({ length: 24 }, (_hour, index) => partitionOf(start + index * hourMs));
    expect(new Set(hours).size).toBe(24);
    expect(hours.every((hour) => hour.startsWith(day))).toBe(true);
    expect(partitionOf(start + 24 * hourMs).startsWith(day)).toBe(false);
  });

  test("has a Hive path, and a key that parses to the same partition", () => {
    expect(partitionPath("2026-01-28T04" as Partition)).toBe("year=2026/month=01/day=28/hour=04");
    fc.assert(
      fc.property(instants, fc.uuid(), (ms, name) => {
        expect(partitionOfKey(fileKey(readingTable, partitionOf(ms), name))).toBe(partitionOf(ms));
      }),
    );
  });

  test.each(["2026-02-30T01", "2026-01-28T24", "2026-01-28", "2026-1-28T01", "x", ""])(
    "is not read from %j",
    (text) => {
      expect(parsePartition(text)).toBeNull();
    },
  );

  test.each([
    "plant_reading/year=2026/month=02/day=30/hour=01/a.parquet",
    "plant_reading/year=2026/month=02/day=28/hour=01/a.csv",
    "quarantine/plant_reading/year=2026/month=02/day=28/hour=01/a.parquet",
    "plant_reading/a.parquet",
  ])("is not parsed from the key %j", (key) => {
    expect(partitionOfKey(key)).toBeNull();
  });
});
