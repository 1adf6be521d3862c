import { QualityFlag } from "@lmnh/plant-schema";
import { describe, expect, it } from "vitest";
import { buildPageModel, renderPage } from "../../src/page/index.js";
import { museumDay, nowMs } from "../support/museum-day.js";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

describe("buildPageModel", () => {
  it("has one value of a plant's soil and air on its card and its tile, whatever the alert was stored with", () => {
    const day = museumDay();
    const alerts = day.alerts.map((alert) =>
      alert.detail.rule === "not-watered"
        ? { ...alert, detail: { ...alert.detail, soilMoisture: 29.4 } }
        : alert.detail.rule === "temperature"
          ? { ...alert, detail: { ...alert.detail, temperature: alert.detail.base + 4.2 } }
          : alert,
    );
    const model = buildPageModel({ ...day, alerts }, { nowMs });
    const plant = (id: number) => model.plants.find(({ plantId }) => plantId === id);
    expect(plant(12)?.alerts[0]?.sentence).toContain(
      `Soil at ${plant(12)?.soilMoisture.last?.toFixed(0)}\u00a0%`,
    );
    expect(plant(31)?.alerts[0]?.sentence).toMatch(
      new RegExp(`^${plant(31)?.temperature.last?.toFixed(1)}\u00a0°C, `),
    );
    expect(renderPage(model)).not.toContain("29\u00a0%");
  });

  it("has the median of the last 15 minutes as a plant's present value, as the rules have", () => {
    const day = museumDay({ isCalm: true });
    const values = [10, 20, 30, 40, 50, 60, 70, 80, 90, 10, 20, 30, 40, 50, 60];
    const readings = day.readings.filter(({ plantId }) => plantId === 6).slice(-15);
    const model = buildPageModel(
      {
        ...day,
        readings: readings.map((reading, index) => ({ ...reading, soilMoisture: values[index] ?? 0 })),
      },
      { nowMs },
    );
    expect(model.plants.find(({ plantId }) => plantId === 6)?.soilMoisture.last).toBe(40);
  });

  it("does not use a reading that is flagged as one of the future, when its time has come", () => {
    const day = museumDay({ isCalm: true });
    const readings = day.readings.map((reading) =>
      reading.plantId === 6 && reading.takenMs > nowMs - 3 * hourMs
        ? { ...reading, qualityFlag: QualityFlag.futureTime }
        : reading,
    );
    const plant = buildPageModel({ ...day, readings }, { nowMs }).plants.find(({ plantId }) => plantId === 6);
    expect(plant?.newestReadingMs).toBeLessThanOrEqual(nowMs - 3 * hourMs);
    expect([plant?.status, plant?.soilMoisture.medians.at(-1)]).toEqual(["unknown", null]);
  });

  it("has the rules' usual interval: a second can of water soon after the first is the same watering", () => {
    const day = museumDay({ isCalm: true });
    const profiles = day.profiles.map((profile) => ({
      ...profile,
      waterings: profile.waterings.flatMap((watering) => [
        watering,
        { ...watering, atMs: watering.atMs + 10 * minuteMs, intervalMs: 10 * minuteMs },
        { ...watering, atMs: watering.atMs + 20 * minuteMs, intervalMs: 10 * minuteMs },
      ]),
    }));
    const { plants } = buildPageModel({ ...day, profiles }, { nowMs });
    expect(plants.find(({ plantId }) => plantId === 6)?.usualIntervalMs).toBe(24 * hourMs);
  });
});
