import { describe, expect, it } from "vitest";
import { type DayProfile, slotsPerDay, usualBand } from "../../src/index.js";

/** A plant that dries by 3.4 points an hour after a watering in the given half hour. */
function profileOf(day: string, wateredSlot: number, plantId = 1): DayProfile {
  return {
    plantId,
    day,
    soilMoisture: Array.from(
      { length: slotsPerDay },
      (_, slot) => 100 - 1.7 * ((slot - wateredSlot + slotsPerDay) % slotsPerDay),
    ),
    temperature: Array.from({ length: slotsPerDay }, () => 12),
    waterings: [],
  };
}

const days = ["2026-01-20", "2026-01-21", "2026-01-22", "2026-01-23"];

describe("usualBand", () => {
  it("is unknown before three days", () => {
    const profiles = days.slice(0, 2).map((day) => profileOf(day, 28));
    expect(usualBand(profiles, 1)).toBeNull();
    expect(usualBand([], 1)).toBeNull();
    expect(usualBand([...profiles, profileOf("2026-01-22", 28, 2)], 1)).toBeNull();
  });

  it("contains a day whose watering is half an hour early or late", () => {
    const band = usualBand(
      days.map((day) => profileOf(day, 28)),
      1,
    );
    for (const wateredSlot of [27, 28, 29]) {
      const { soilMoisture } = profileOf("2026-01-24", wateredSlot);
      for (const [slot, value] of soilMoisture.entries()) {
        const range = band?.soilMoisture[slot];
        expect(value).toBeGreaterThanOrEqual((range?.low ?? Number.NaN) - 1e-9);
        expect(value).toBeLessThanOrEqual((range?.high ?? Number.NaN) + 1e-9);
      }
    }
    expect(band?.soilMoisture[10]?.high).toBeLessThan((band?.soilMoisture[10]?.low ?? 0) + 4);
    expect(band?.days).toBe(4);
    expect(band?.temperature[0]).toEqual({ low: 12, median: 12, high: 12 });
  });

  it("is unknown in the half hours that fewer than three days have, and does not depend on the order", () => {
    const profiles = days.map((day, index) => ({
      ...profileOf(day, 28),
      soilMoisture: profileOf(day, 28).soilMoisture.map((value, slot) =>
        slot === 5 && index > 1 ? null : slot === 6 && index > 1 ? Number.NaN : value,
      ),
    }));
    const band = usualBand(profiles, 1);
    expect(band?.soilMoisture[5]).toBeNull();
    expect(band?.soilMoisture[6]).toBeNull();
    expect(band?.soilMoisture[4]).not.toBeNull();
    expect(usualBand([...profiles].reverse(), 1)).toEqual(band);
  });

  it("follows the last fourteen days", () => {
    const before = Array.from({ length: 14 }, (_, n) => profileOf(`2026-01-${10 + n}`, 10));
    const after = Array.from({ length: 14 }, (_, n) => profileOf(`2026-02-${10 + n}`, 28));
    expect(usualBand([...before, ...after], 1)).toEqual(usualBand(after, 1));
  });
});
