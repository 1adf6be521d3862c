import { QualityFlag } from "@lmnh/plant-schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plantStatistics } from "../../src/daily-summary/plant-statistics.js";
import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { readingPage } from "../../src/model/reading-table.js";

const day = "2026-01-28";
const start = Date.parse(`${day}T00:00:00.000Z`);

function reading(overrides: Partial<ArchivedReading>): ArchivedReading {
  return {
    readingId: 1,
    plantId: 3,
    recordingTaken: start,
    soilMoisture: 50,
    temperature: 15,
    lastWatered: null,
    qualityFlag: 0,
    ingestedAt: start,
    runId: null,
    ...overrides,
  };
}

function statisticsOf(readings: readonly ArchivedReading[]) {
  return plantStatistics(3, day, [readingPage(readings)]);
}

describe("a plant's day", () => {
  test("has the statistics of its values, percentiles between neighbours", () => {
    const readings = [1, 2, 3, 4].map((temperature) => reading({ temperature }));
    expect(statisticsOf(readings).temperature).toEqual({
      min: 1,
      max: 4,
      avg: 2.5,
      median: 2.5,
      p25: 1.75,
      p75: 3.25,
      flagged: 0,
    });
  });

  test("keeps flagged values out of the statistics of that value only, and counts them", () => {
    const readings = [
      reading({ temperature: 119, qualityFlag: QualityFlag.temperatureRange, soilMoisture: 40 }),
      reading({ temperature: 15, qualityFlag: QualityFlag.soilMoistureRange, soilMoisture: -20 }),
    ];
    const { temperature, soilMoisture, readings: all } = statisticsOf(readings);
    expect([all, temperature.max, temperature.flagged]).toEqual([2, 15, 1]);
    expect([soilMoisture.min, soilMoisture.flagged]).toEqual([40, 1]);
  });

  test("has no statistics if every value is flagged", () => {
    const { temperature } = statisticsOf([reading({ qualityFlag: QualityFlag.temperatureRange })]);
    expect(temperature).toMatchObject({ min: null, max: null, avg: null, median: null, flagged: 1 });
  });

  test("counts a watering once for any number of readings, and only on its day", () => {
    const at = (time: string) => Date.parse(`${day}T${time}Z`);
    const readings = [
      reading({ lastWatered: at("13:07:11.000") }),
      reading({ lastWatered: at("13:07:11.000") }),
      reading({ lastWatered: at("18:00:00.000") }),
      reading({ lastWatered: start - 1 }),
      reading({ lastWatered: at("23:00:00.000"), qualityFlag: QualityFlag.wateringTime }),
      reading({ lastWatered: null }),
    ];
    expect(statisticsOf(readings).timesWatered).toBe(2);
  });

  test("does not depend on the order of its readings", () => {
    const values = fc.array(
      fc.tuple(fc.double({ noNaN: true, min: -99, max: 120 }), fc.integer({ min: 0, max: 3 })),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(values, (drawn) => {
        const readings = drawn.map(([temperature, qualityFlag]) => reading({ temperature, qualityFlag }));
        expect(statisticsOf(readings.toReversed())).toEqual(statisticsOf(readings));
      }),
    );
  });
});
