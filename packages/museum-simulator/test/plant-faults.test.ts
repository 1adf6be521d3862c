import { describe, expect, it } from "vitest";
import { createSimulator, noAnomalies, type PlantFault, signalAt, simulateReadings } from "../src/index.js";
import { startSimulator } from "./support/start-simulator.js";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** After the watering of this day. */
const start = Date.UTC(2026, 0, 26, 16);
const seconds = Math.floor((signalAt(1, 8, start, noAnomalies).lastWateredMs % dayMs) / 1_000);

const period = { fromMs: start, untilMs: start + dayMs };
function signalWith(fault: PlantFault, afterMs: number) {
  return signalAt(1, 8, start + afterMs, noAnomalies, { faults: [fault] });
}
function plainSignal(afterMs: number) {
  return signalAt(1, 8, start + afterMs, noAnomalies);
}

describe("signalAt with faults of the plant", () => {
  it("has no watering during missedWatering, and the next one after it", () => {
    const fault = { ...period, kind: "missedWatering" } as const;
    const before = plainSignal(0).lastWateredMs;
    expect(signalWith(fault, 23 * hourMs).lastWateredMs).toBe(before);
    const drying = plainSignal(0).soilMoisture - plainSignal(10 * hourMs).soilMoisture;
    expect(plainSignal(0).soilMoisture - signalWith(fault, 23 * hourMs).soilMoisture).toBeCloseTo(
      2.3 * drying,
      -1,
    );
    expect(signalWith(fault, 2 * dayMs)).toEqual(plainSignal(2 * dayMs));
  });

  it("goes back to the last watering before a missedWatering of a year, and is not drier than -99 percent", () => {
    const fault = { kind: "missedWatering", fromMs: start - 365 * dayMs, untilMs: start + dayMs } as const;
    expect(plainSignal(0).lastWateredMs - signalWith(fault, 0).lastWateredMs).toBe(365 * dayMs);
    expect(signalWith(fault, 0).soilMoisture).toBe(-99);
  });

  it("records a wateringWithoutEffect, and dries on", () => {
    const fault = { ...period, kind: "wateringWithoutEffect" } as const;
    const signal = signalWith(fault, 23 * hourMs);
    expect(signal.lastWateredMs).toBe(plainSignal(23 * hourMs).lastWateredMs);
    expect(signal.soilMoisture).toBeLessThan(15);
    expect(plainSignal(23 * hourMs).soilMoisture).toBeGreaterThan(90);
  });

  it("warms along a ramp, and is as before after the end", () => {
    const fault = { ...period, kind: "warming", degrees: 8 } as const;
    const rise = (ms: number) => signalWith(fault, ms).temperature - plainSignal(ms).temperature;
    expect(rise(hourMs / 2)).toBeCloseTo(4);
    expect(rise(3 * hourMs)).toBeCloseTo(8);
    expect(rise(-1)).toBe(0);
    expect(rise(dayMs)).toBe(0);
    const sudden = { ...fault, rampMinutes: 0 };
    expect(signalWith(sudden, 1).temperature - plainSignal(1).temperature).toBeCloseTo(8);
  });

  it("repeats its values while it is stuck, but not the time of the watering", () => {
    const fault = { ...period, kind: "stuck" } as const;
    const { soilMoisture, temperature } = plainSignal(0);
    expect(signalWith(fault, 23 * hourMs)).toEqual({
      soilMoisture,
      temperature,
      lastWateredMs: plainSignal(23 * hourMs).lastWateredMs,
    });
  });

  it("drifts by so many points a day, and not above 100 percent", () => {
    const fault = { ...period, kind: "drift", percentPerDay: 6 } as const;
    const off = signalWith(fault, 12 * hourMs).soilMoisture - plainSignal(12 * hourMs).soilMoisture;
    expect(off).toBeCloseTo(3);
    expect(signalWith({ ...fault, percentPerDay: 100 }, 23 * hourMs).soilMoisture).toBe(100);
  });

  it("has wild values in a share of the readings during spikes", () => {
    const fault = { ...period, kind: "spikes", share: 0.3 } as const;
    const signals = Array.from({ length: 1_000 }, (_, minute) => signalWith(fault, minute * 60_000));
    const wild = signals.filter(({ temperature, soilMoisture }) => temperature >= 50 && soilMoisture <= -3);
    expect(wild.length).toBeGreaterThan(250);
    expect(wild.length).toBeLessThan(350);
  });

  it("waters early or late by up to wateringJitterMinutes, by a different time each day", () => {
    const waterings = Array.from(
      { length: 200 },
      (_, day) =>
        signalAt(1, 8, start + day * dayMs + 6 * hourMs, noAnomalies, { wateringJitterMinutes: 90 })
          .lastWateredMs,
    );
    const minutes = waterings.map((ms) => ((ms % dayMs) / 1_000 - seconds) / 60);
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(-90);
    expect(Math.max(...minutes)).toBeLessThanOrEqual(90);
    expect(Math.max(...minutes) - Math.min(...minutes)).toBeGreaterThan(150);
    expect(waterings.every((ms) => Number.isInteger(ms / 1_000))).toBe(true);
  });
});

describe("simulateReadings", () => {
  it("has a reading at each step but those of a silent sensor and of failed requests", () => {
    const options = { seed: 1, plantId: 8, fromMs: start, untilMs: start + dayMs, everyMs: 60_000 };
    const all = [...simulateReadings(options)];
    expect(all).toHaveLength(1_440);
    const silent = { kind: "silent", fromMs: start + hourMs, untilMs: start + 2 * hourMs } as const;
    expect([...simulateReadings({ ...options, faults: [silent] })]).toEqual(
      all.filter(({ takenMs }) => takenMs < silent.fromMs || takenMs >= silent.untilMs),
    );
    const some = [...simulateReadings({ ...options, failureRate: 0.1 })].length;
    expect(some).toBeGreaterThan(1_240);
    expect(some).toBeLessThan(1_360);
  });
});

describe("createSimulator with plantFaults", () => {
  it("serves the faults of each plant", async () => {
    const simulator = await startSimulator({
      now: () => start + hourMs,
      faultRate: 0,
      anomalies: false,
      latencyMs: [0, 0],
      plantFaults: {
        8: { ...period, kind: "silent" },
        9: [{ ...period, kind: "warming", degrees: 20 }],
      },
    });
    const silent = await fetch(`${simulator.url}/8`);
    expect([silent.status, await silent.json()]).toEqual([500, { error: "plant sensor fault", plant_id: 8 }]);
    const warm = (await (await fetch(`${simulator.url}/9`)).json()) as { temperature: number };
    expect(warm.temperature).toBeCloseTo(signalAt(1, 9, start + hourMs, noAnomalies).temperature + 20);
  });

  it.each<[string, PlantFault]>([
    ["unknown kind", { ...period, kind: "explode" as "stuck" }],
    ["begin before it ends", { kind: "stuck", fromMs: start, untilMs: start }],
    ["begin before it ends", { kind: "stuck", fromMs: Number.NaN, untilMs: start }],
    ["degrees", { ...period, kind: "warming", degrees: 51 }],
    ["rampMinutes", { ...period, kind: "warming", degrees: 5, rampMinutes: -1 }],
    ["percentPerDay", { ...period, kind: "drift", percentPerDay: Number.NaN }],
    ["share", { ...period, kind: "spikes", share: 2 }],
  ])("reports an invalid fault: %s", async (name, fault) => {
    await expect(createSimulator({ now: () => 0, plantFaults: { 8: fault } })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining(name),
    });
  });

  it("reports an invalid wateringJitterMinutes", async () => {
    await expect(createSimulator({ now: () => 0, wateringJitterMinutes: 361 })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });
});
