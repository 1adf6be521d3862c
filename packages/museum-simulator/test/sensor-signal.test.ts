import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { museumAnomalies, noAnomalies, signalAt } from "../src/index.js";

const hourMs = 3_600_000;
const start = Date.UTC(2026, 0, 26);
const plantIds = Array.from({ length: 50 }, (_, index) => index + 1).filter((id) => id !== 7 && id !== 43);

/** The readings of some days at a fixed interval, at instants that are not round numbers. */
function sweep(ids: readonly number[], days: number, everyMinutes: number, anomalies = noAnomalies) {
  const instants = Array.from(
    { length: (days * 1_440) / everyMinutes },
    (_, n) => start + n * everyMinutes * 60_137,
  );
  return ids.flatMap((id) => instants.map((ms) => ({ id, ms, ...signalAt(1, id, ms, anomalies) })));
}

function share<T>(all: readonly T[], isSo: (one: T) => boolean): number {
  return all.filter(isSo).length / all.length;
}

describe("signalAt", () => {
  it("is determined by seed, plant and time", () => {
    const one = signalAt(1, 8, start, museumAnomalies);
    expect(signalAt(1, 8, start, museumAnomalies)).toEqual(one);
    expect(signalAt(2, 8, start, museumAnomalies)).not.toEqual(one);
    expect(signalAt(1, 9, start, museumAnomalies)).not.toEqual(one);
  });

  it("waters each plant once a day, at its own second between 13:00 and 15:00 UTC", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.nat(1_000_000),
        fc.integer({ min: 2 * 24 * hourMs, max: 4e12 }),
        (seed, id, ms) => {
          const { lastWateredMs } = signalAt(seed, id, ms, noAnomalies);
          const secondOfDay = (lastWateredMs / 1_000) % 86_400;
          expect(Number.isInteger(secondOfDay)).toBe(true);
          expect(secondOfDay).toBeGreaterThanOrEqual(13 * 3_600);
          expect(secondOfDay).toBeLessThan(15 * 3_600);
          expect(ms - lastWateredMs).toBeGreaterThanOrEqual(0);
          expect(ms - lastWateredMs).toBeLessThan(24 * hourMs);
          expect(signalAt(seed, id, ms + 24 * hourMs, noAnomalies).lastWateredMs).toBe(
            lastWateredMs + 24 * hourMs,
          );
        },
      ),
      { numRuns: 2_000 },
    );
    const seconds = plantIds.map((id) => signalAt(1, id, start, noAnomalies).lastWateredMs);
    expect(new Set(seconds).size).toBeGreaterThan(40);
  });

  it("dries by 3.28 to 3.60 percent an hour from 100 after watering, and plants 16 and 47 by 5.143", () => {
    for (const id of plantIds) {
      const watered = signalAt(1, id, start, noAnomalies).lastWateredMs;
      const points = Array.from({ length: 1_400 }, (_, minute) => {
        const hours = minute / 60;
        return { hours, moisture: signalAt(1, id, watered + minute * 60_000, noAnomalies).soilMoisture };
      }).filter(({ hours }) => hours > 1);
      // Least squares through (0, 100).
      const slope =
        points.reduce((sum, { hours, moisture }) => sum + hours * (100 - moisture), 0) /
        points.reduce((sum, { hours }) => sum + hours * hours, 0);
      if (id === 16 || id === 47) expect(slope).toBeCloseTo(5.143, 1);
      else {
        expect(slope).toBeGreaterThan(3.26);
        expect(slope).toBeLessThan(3.62);
      }
      const noise = Math.sqrt(
        points.reduce((sum, { hours, moisture }) => sum + (100 - slope * hours - moisture) ** 2, 0) /
          points.length,
      );
      expect(noise).toBeLessThan(1.1);
    }
  });

  it("is negative in about 19 percent of the readings of plants 16 and 47, and of no other plant", () => {
    for (const id of [16, 47]) {
      const readings = sweep([id], 30, 7);
      expect(share(readings, ({ soilMoisture }) => soilMoisture < 0)).toBeCloseTo(0.19, 2);
      expect(Math.min(...readings.map(({ soilMoisture }) => soilMoisture))).toBeGreaterThan(-28);
    }
    const others = plantIds.filter((id) => id !== 16 && id !== 47);
    expect(share(sweep(others, 3, 11), ({ soilMoisture }) => soilMoisture < 0)).toBe(0);
  });

  it("stays below 100 percent and above 8.5 degrees, and drifts by at most one degree", () => {
    const readings = sweep(plantIds, 3, 11);
    expect(Math.max(...readings.map(({ soilMoisture }) => soilMoisture))).toBeLessThanOrEqual(100);
    for (const id of plantIds) {
      const degrees = readings.filter((reading) => reading.id === id).map(({ temperature }) => temperature);
      expect(Math.min(...degrees)).toBeGreaterThanOrEqual(8.5);
      expect(Math.max(...degrees)).toBeLessThanOrEqual(18);
      expect(Math.max(...degrees) - Math.min(...degrees)).toBeLessThanOrEqual(2);
      expect(Math.max(...degrees) - Math.min(...degrees)).toBeGreaterThan(0.3);
    }
  });

  it("injects anomalies at the museum's rates", () => {
    const readings = sweep(plantIds, 20, 7, museumAnomalies).map((reading) => ({
      ...reading,
      plain: signalAt(1, reading.id, reading.ms, noAnomalies),
    }));
    const hot = share(readings, ({ temperature }) => temperature >= 50 && temperature <= 120);
    const offBase = share(
      readings,
      ({ temperature, plain }) => temperature < 50 && temperature > plain.temperature + 8,
    );
    const negative = share(readings, ({ soilMoisture, plain }) => soilMoisture !== plain.soilMoisture);
    for (const [found, rate, tolerance] of [
      [hot, museumAnomalies.hotRate, 0.1],
      [offBase, museumAnomalies.offBaseRate, 0.05],
      [negative, museumAnomalies.negativeMoistureRate, 0.15],
    ] as const)
      expect(Math.abs(found / rate - 1)).toBeLessThan(tolerance);
    for (const { soilMoisture, temperature, plain } of readings) {
      if (soilMoisture !== plain.soilMoisture) {
        expect(soilMoisture).toBeLessThanOrEqual(-3);
        expect(soilMoisture).toBeGreaterThanOrEqual(-99);
      }
      if (temperature !== plain.temperature) expect(temperature).toBeLessThanOrEqual(120);
    }
  });
});
