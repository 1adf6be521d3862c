import { describe, expect, it } from "vitest";
import { evaluate, evaluationWindowMs, type HealthReading, readHealthSettings } from "../src/index.js";
import { dayMs, dayOne, greenhouse, hourMs, minuteMs } from "./support/greenhouse.js";

/** 14:00, the watering of the fifth day. */
const watering = dayOne + 4 * dayMs + 14 * hourMs;

/** Changes the readings of one plant from a time on. */
function from(sinceMs: number, plantId: number, change: (reading: HealthReading) => HealthReading | null) {
  return (reading: HealthReading) =>
    reading.plantId === plantId && reading.takenMs >= sinceMs ? change(reading) : reading;
}

/** Without the last watering: the plant dries on. */
function unwatered(reading: HealthReading): HealthReading {
  const lastWateredMs = watering - dayMs;
  return { ...reading, lastWateredMs, soilMoisture: dried(reading) };
}

function dried({ takenMs }: HealthReading): number {
  return 100 - (3.4 * (takenMs - watering + dayMs)) / hourMs - 0.3 * Math.abs(Math.sin(takenMs / 5_555));
}

describe("evaluate", () => {
  it.each([1, 5, 10])("finds nothing in two usual days with a pull every %i minutes", (pullEveryMinutes) => {
    const { watch } = greenhouse({ pullEveryMinutes });
    expect(watch(dayOne + 3 * dayMs, dayOne + 5 * dayMs, 5)).toEqual([]);
  });

  it("finds nothing on the first day", () => {
    const { watch } = greenhouse({ days: 2 });
    expect(watch(dayOne, dayOne + 2 * dayMs, 5)).toEqual([]);
  });

  it("fires silent after 10 minutes without a reading, and resolves it at the next one", () => {
    const start = watering - 3 * hourMs;
    const { watch, book } = greenhouse({
      change: from(start, 2, (reading) => (reading.takenMs < start + 30 * minuteMs ? null : reading)),
    });
    expect(watch(start, start + hourMs)).toEqual(["10 fire 2:silent", "31 resolve 2:silent"]);
    const [alert] = book.values();
    expect(alert?.detail).toEqual({
      rule: "silent",
      lastReadingMs: start - minuteMs + 5_200,
      sensorFault: false,
    });
    expect(alert?.startedMs).toBe(start - minuteMs + 5_200);
  });

  it("tells whether the API reports a fault of the silent sensor", () => {
    const start = watering - 3 * hourMs;
    const { watch, book } = greenhouse({
      change: from(start, 2, () => null),
      notices: [
        { plantId: 2, kind: "sensor_fault", firstMs: start + minuteMs, lastMs: start + 5 * minuteMs },
      ],
    });
    watch(start, start + 20 * minuteMs);
    expect([...book.values()].map(({ detail }) => detail)).toMatchObject([
      { rule: "silent", sensorFault: true },
    ]);
  });

  it("fires silent after 6 pulls if they are rarer than every 2 minutes", () => {
    const start = watering - 5 * hourMs;
    const { watch } = greenhouse({ pullEveryMinutes: 10, change: from(start, 2, () => null) });
    expect(watch(start, start + 2 * hourMs)).toEqual(["51 fire 2:silent"]);
  });

  it("does not expect readings of a plant on loan, and resolves its alerts", () => {
    const start = watering - 3 * hourMs;
    const { watch, book } = greenhouse({
      change: from(start, 2, () => null),
      notices: [{ plantId: 2, kind: "on_loan", firstMs: start + 15 * minuteMs, lastMs: start + hourMs }],
    });
    expect(watch(start, start + hourMs)).toEqual(["10 fire 2:silent", "15 resolve 2:silent"]);
    expect([...book.values()]).toMatchObject([{ ending: "away" }]);
  });

  it("keeps a silent alert at one response that the plant does not exist, and ends it when they go on", () => {
    const start = watering - 3 * hourMs;
    const once = start + 20 * minuteMs;
    const change = from(start, 2, () => null);
    const notFound = (lastMs: number) => ({ plantId: 2, kind: "not_found" as const, firstMs: once, lastMs });
    expect(greenhouse({ change, notices: [notFound(once)] }).watch(start, start + hourMs)).toEqual([
      "10 fire 2:silent",
    ]);
    expect(greenhouse({ change, notices: [notFound(start + hourMs)] }).watch(start, start + hourMs)).toEqual([
      "10 fire 2:silent",
      expect.stringMatching(/^\d+ resolve 2:silent$/),
    ]);
  });

  it("does not take a plant for away at a response that it does not exist, hours after another one", () => {
    const start = watering - 3 * hourMs;
    const { watch } = greenhouse({
      change: from(start, 2, () => null),
      notices: [{ plantId: 2, kind: "not_found", firstMs: start - 6 * hourMs, lastMs: start + 2 * minuteMs }],
    });
    expect(watch(start + 2 * minuteMs, start + hourMs)).toEqual(["8 fire 2:silent"]);
  });

  it("ends no alert, and fires an outage, when the API knows no plant any more", () => {
    const start = watering - 3 * hourMs;
    const { watch, book } = greenhouse({
      change: (reading) =>
        reading.takenMs >= start || (reading.plantId === 2 && reading.takenMs >= start - 20 * minuteMs)
          ? null
          : reading,
      notices: [1, 2, 3].map((plantId) => ({
        plantId,
        kind: "not_found",
        firstMs: start,
        lastMs: start + hourMs,
      })),
    });
    const log = watch(start - 20 * minuteMs, start + hourMs);
    expect(log.filter((line) => line.includes("resolve"))).toEqual([]);
    expect([...book.values()].map(({ detail }) => detail.rule).sort()).toEqual(["outage", "silent"]);
  });

  it("does not fire silent while runs fail", () => {
    const start = watering - 3 * hourMs;
    const { watch } = greenhouse({
      change: from(start, 2, () => null),
      changeRun: (run) => (run.startedMs < start ? run : { ...run, complete: false }),
    });
    expect(watch(start, start + hourMs)).toEqual([]);
  });

  it("fires stuck after 45 minutes of one value, and masks what depends on the sensor", () => {
    const start = watering - 30 * minuteMs;
    const { watch, book } = greenhouse({
      change: from(start, 2, (reading) => ({ ...reading, soilMoisture: 20.44, temperature: 18 })),
    });
    const log = watch(start, watering + 6 * hourMs);
    expect(log.filter((line) => !line.includes("temperature"))).toEqual([
      expect.stringMatching(/^4\d fire 2:stuck$/),
    ]);
    expect(book.get([...book.keys()].find((id) => id.includes("stuck")) ?? "")?.detail).toMatchObject({
      soilMoisture: 20.4,
      sinceMs: start + 5_200,
    });
  });

  it("fires not-watered when the limit of the plant's habit is over, and resolves it 5 minutes after a watering", () => {
    const wateredLate = watering + 3 * hourMs;
    const { watch, book } = greenhouse({
      change: from(watering, 2, (reading) =>
        reading.takenMs < wateredLate ? unwatered(reading) : { ...reading, lastWateredMs: wateredLate },
      ),
    });
    expect(watch(watering, watering + 5 * hourMs)).toEqual([
      "121 fire 2:not-watered",
      "185 resolve 2:not-watered",
    ]);
    const [alert] = book.values();
    expect(alert?.startedMs).toBe(watering + 2 * hourMs);
    expect(alert?.detail).toMatchObject({
      lastWateredMs: watering - dayMs,
      usualMs: dayMs,
      limitMs: 26 * hourMs,
      dryingPerHour: expect.closeTo(3.4, 0),
    });
  });

  it("ends not-watered by a watering only, not by a limit that has become longer", () => {
    const { tick, optionsAt, book } = greenhouse({ change: from(watering, 2, unwatered) });
    const firedMs = watering + 3 * hourMs;
    expect(tick(firedMs)).toMatchObject([{ kind: "fire", detail: { rule: "not-watered" } }]);
    const rare = new Map(
      [...optionsAt(firedMs).habits].map(([plantId, habit]) => [
        plantId,
        {
          ...habit,
          waterings: habit.waterings.map((one) => ({ ...one, intervalMs: 10 * dayMs })),
        },
      ]),
    );
    const later = { ...optionsAt(firedMs + minuteMs), habits: rare };
    expect(evaluate(later).filter(({ kind }) => kind === "resolve")).toEqual([]);
    expect(evaluate({ ...later, alerts: [] })).toEqual([]);
    expect(book.size).toBe(1);
  });

  it("fires no-effect 23 minutes after a watering that does not make the soil wetter", () => {
    const { watch, book } = greenhouse({
      change: from(watering, 2, (reading) => ({ ...reading, soilMoisture: dried(reading) })),
    });
    expect(watch(watering, watering + 5 * hourMs)).toEqual(["23 fire 2:no-effect"]);
    expect([...book.values()][0]?.detail).toMatchObject({
      wateredMs: watering,
      before: expect.closeTo(19, 0),
    });
  });

  it("resolves no-effect when the soil becomes wetter", () => {
    const { watch } = greenhouse({
      change: from(watering, 2, (reading) =>
        reading.takenMs < watering + hourMs ? { ...reading, soilMoisture: dried(reading) } : reading,
      ),
    });
    expect(watch(watering, watering + 5 * hourMs)).toEqual([
      "23 fire 2:no-effect",
      expect.stringMatching(/^6\d resolve/),
    ]);
  });

  it("fires temperature after 10 minutes, keeps the base, and resolves it when the temperature has returned", () => {
    const start = watering - 3 * hourMs;
    const { watch, book } = greenhouse({
      change: from(start, 2, (reading) =>
        reading.takenMs < start + 2 * hourMs ? { ...reading, temperature: 18 } : reading,
      ),
    });
    const log = watch(start, start + 4 * hourMs);
    expect(log).toEqual([
      expect.stringMatching(/^2\d fire 2:temperature$/),
      expect.stringMatching(/^14\d resolve 2:temperature$/),
    ]);
    const [alert] = book.values();
    expect(alert?.detail).toMatchObject({ rule: "temperature", base: 12 });
    expect(alert?.startedMs).toBeGreaterThanOrEqual(start);
    expect(alert?.startedMs).toBeLessThanOrEqual(start + 15 * minuteMs);
  });

  it("believes no wild value: half of the minutes of an hour may be off", () => {
    const start = watering - 3 * hourMs;
    const { watch } = greenhouse({
      change: from(start, 2, (reading) =>
        Math.floor(reading.takenMs / minuteMs) % 5 < 2
          ? { ...reading, temperature: 90, soilMoisture: -40, qualityFlag: 3 }
          : reading,
      ),
    });
    expect(watch(start, start + 3 * hourMs)).toEqual([]);
  });

  it("fires neither temperature nor no-effect when a third of the readings is wild at random", () => {
    const start = watering - 3 * hourMs;
    const isWild = (ms: number) => Math.abs(Math.sin(ms / 1_234.5) * 1e4) % 1 < 0.33;
    const { watch } = greenhouse({
      change: from(start, 2, (reading) =>
        isWild(reading.takenMs) ? { ...reading, temperature: 70, soilMoisture: -40 } : reading,
      ),
    });
    expect(watch(start, start + 12 * hourMs)).toEqual([]);
  });

  it("does not take soil that is as wet as the sensor can show for a stuck sensor", () => {
    const start = watering + hourMs;
    const { watch } = greenhouse({
      change: from(start, 2, (reading) => ({ ...reading, soilMoisture: 100 })),
    });
    expect(watch(start, start + 5 * hourMs)).toEqual([]);
  });

  it("fires drift at the second watering whose levels have moved", () => {
    const start = dayOne + 5 * dayMs;
    const { watch, book } = greenhouse({
      days: 8,
      change: from(start, 2, (reading) => ({ ...reading, soilMoisture: reading.soilMoisture - 8 })),
    });
    expect(watch(start, start + 2 * dayMs, 5)).toEqual(["2315 fire 2:drift"]);
    expect([...book.values()][0]?.detail).toMatchObject({ level: "peak", usual: expect.closeTo(98.7, 0) });
  });

  it("resolves drift after two waterings with the usual levels", () => {
    const start = dayOne + 5 * dayMs;
    const { watch } = greenhouse({
      days: 11,
      change: from(start, 2, (reading) => ({
        ...reading,
        soilMoisture: reading.soilMoisture - (reading.takenMs < start + 2 * dayMs ? 8 : 0),
      })),
    });
    expect(watch(start, start + 5 * dayMs, 5)).toEqual(["2315 fire 2:drift", "5195 resolve 2:drift"]);
  });

  it("fires one outage and no silent alert when nothing arrives", () => {
    const start = watering - 30 * minuteMs;
    const end = start + 40 * minuteMs;
    const isOut = (ms: number) => ms >= start && ms < end;
    const { watch, book } = greenhouse({
      plantIds: [1, 2, 3, 4, 5],
      change: (reading) => (isOut(reading.takenMs) ? null : reading),
      changeRun: (run) => (isOut(run.startedMs) ? { ...run, complete: false, loaded: 0 } : run),
    });
    expect(watch(start, start + 3 * hourMs)).toEqual(["10 fire -:outage", "41 resolve -:outage"]);
    expect([...book.values()][0]).toMatchObject({
      plantId: null,
      detail: { rule: "outage", plants: 5, silentPlants: 5, newestReadingMs: start - minuteMs + 5_500 },
    });
  });

  it("keeps an outage whose last readings are not in the database any more", () => {
    const start = watering - 3 * hourMs;
    const { tick, optionsAt } = greenhouse({
      change: ({ takenMs, ...rest }) => (takenMs < start ? { takenMs, ...rest } : null),
    });
    expect(tick(start + 10 * minuteMs)).toMatchObject([{ kind: "fire", detail: { rule: "outage" } }]);
    const later = optionsAt(start + 3 * dayMs);
    const transitions = evaluate({ ...later, readings: [], runs: [], newestReadingMs: null });
    expect(transitions.filter(({ kind }) => kind === "resolve")).toEqual([]);
  });

  it("fires no outage between two pulls of which one was complete", () => {
    const start = watering - 5 * hourMs;
    const { watch } = greenhouse({
      pullEveryMinutes: 15,
      change: (reading) => (reading.takenMs < start && reading.takenMs > start - 7 * hourMs ? null : reading),
      changeRun: (run) => (run.startedMs < start ? { ...run, complete: false, loaded: 0 } : run),
    });
    expect(watch(start + minuteMs, start + 2 * hourMs)).toEqual([]);
  });

  it("fires one outage when more than half of the plants are silent", () => {
    const start = watering - 5 * hourMs;
    const { watch } = greenhouse({
      plantIds: [1, 2, 3, 4, 5],
      change: (reading) => (reading.plantId <= 3 && reading.takenMs >= start ? null : reading),
      changeRun: (run) => (run.startedMs >= start ? { ...run, loaded: 2 } : run),
    });
    expect(watch(start, start + hourMs)).toEqual(["10 fire -:outage"]);
  });

  it("reopens an alert that ended less than an hour ago", () => {
    const start = watering - 3 * hourMs;
    const { watch } = greenhouse({
      change: from(start, 2, (reading) => {
        const minute = (reading.takenMs - start) / minuteMs;
        return minute < 20 || (minute > 25 && minute < 50) || (minute > 150 && minute < 170) ? null : reading;
      }),
    });
    expect(watch(start, start + 3 * hourMs)).toEqual([
      "10 fire 2:silent",
      "21 resolve 2:silent",
      "35 reopen 2:silent",
      "51 resolve 2:silent",
      "160 fire 2:silent",
      "171 resolve 2:silent",
    ]);
  });

  it("changes nothing when it is repeated at the same time", () => {
    const start = watering - 3 * hourMs;
    const { tick } = greenhouse({ change: from(start, 2, () => null) });
    expect(tick(start + 12 * minuteMs)).toHaveLength(1);
    expect(tick(start + 12 * minuteMs)).toEqual([]);
  });

  it("gives the same with more readings than evaluationWindowMs asks for", () => {
    const { optionsAt } = greenhouse({
      change: from(watering, 2, (reading) => ({ ...reading, soilMoisture: dried(reading) })),
    });
    const options = optionsAt(watering + 30 * minuteMs);
    const windowMs = evaluationWindowMs(options);
    expect(windowMs).toBe(170 * minuteMs);
    const fewer = options.readings.filter(({ takenMs }) => takenMs > options.nowMs - windowMs);
    expect(fewer.length).toBeLessThan(options.readings.length);
    expect(evaluate({ ...options, readings: fewer })).toEqual(evaluate(options));
    expect(evaluate(options)).toHaveLength(1);
  });
});

describe("readHealthSettings", () => {
  it.each([
    ["temperatureDeviationCelsius", { temperatureDeviationCelsius: Number.NaN }],
    ["silentAfterMinutes", { silentAfterMinutes: -1 }],
    ["stuckAfterMinutes", { stuckAfterMinutes: 0 }],
    ["temperatureReturnCelsius must be below", { temperatureReturnCelsius: 5 }],
    ["noEffectAfterMinutes must be below", { noEffectUntilMinutes: 10 }],
    ["outageShare", { outageShare: 1 }],
    ["silentMinutes is not a setting", { silentMinutes: 1 } as object],
  ])("refuses %s", (problem, given) => {
    expect(() => readHealthSettings(given)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining(problem) }),
    );
  });
});
