import type { Plant } from "@lmnh/plant-schema";
import { museumSeed } from "@lmnh/plant-schema/seed";
import type { Alert, AlertDetail, DayProfile, HealthReading, NoticeRecord } from "../../src/index.js";
import type { DaySummary, PageData } from "../../src/page/index.js";

/** 16:42 on a winter Saturday in London. */
export const nowMs = Date.parse("2026-11-28T16:42:00Z");
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const onLoanId = 43;

/** The plants of the museum's seed, with the telephone numbers as the pipeline stores them. */
export const museumPlants: readonly Plant[] = museumSeed().plants.map((plant) => ({
  ...plant,
  botanist: plant.botanist && { ...plant.botanist, phone: storedPhone(plant.botanist.phone) },
}));

function storedPhone(phone: string): string {
  const [number = "", extension] = phone.split("x");
  const digits = number.replace(/\D/g, "").replace(/^00/, "");
  const national = digits.length === 11 ? digits.slice(1) : digits;
  return `+1${national}${extension === undefined ? "" : ` x${extension}`}`;
}

/** A number in [0, 1) that depends on its arguments alone. */
function hash(...values: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const value of values) {
    state = Math.imul(state ^ (value | 0), 0x85ebca6b);
    state ^= state >>> 13;
    state = Math.imul(state ^ Math.floor(value / 2 ** 31), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return (state >>> 0) / 2 ** 32;
}

export interface DayOptions {
  /** Whether plants 36, 12 and 31 need somebody, and the sensors of 20 and 5 a look. */
  readonly isCalm?: boolean;
  /** Minutes between two pulls. */
  readonly everyMinutes?: number;
  /** The time of the last reading, before `nowMs`. */
  readonly ageMs?: number;
  readonly profileDays?: number;
  readonly plants?: readonly Plant[];
}

/** A day of readings, two weeks of profiles and history, and the alerts of the day. */
export function museumDay(options: DayOptions = {}): PageData {
  const { isCalm = false, everyMinutes = 1, ageMs = 0, profileDays = 14, plants = museumPlants } = options;
  const untilMs = nowMs - ageMs;
  const readings: HealthReading[] = [];
  const profiles: DayProfile[] = [];
  const history: DaySummary[] = [];
  for (const { plantId } of plants) {
    if (plantId === onLoanId) continue;
    const signal = signalOf(plantId, isCalm);
    for (let takenMs = untilMs - dayMs; takenMs < untilMs; takenMs += everyMinutes * minuteMs)
      if (!signal.isSilent(takenMs))
        readings.push(signal.reading(takenMs + Math.floor(hash(plantId) * 2_000)));
    for (let days = profileDays; days > 0; days--) profiles.push(profileOf(plantId, days));
    for (let days = 14; days > 0; days--) history.push(summaryOf(plantId, days));
  }
  const notice = (plantId: number, kind: NoticeRecord["kind"], firstMs: number): NoticeRecord => ({
    plantId,
    kind,
    firstMs,
    lastMs: untilMs - minuteMs,
  });
  const runs = Array.from({ length: Math.floor(dayMs / (everyMinutes * minuteMs)) }, (_, index) => ({
    startedMs: untilMs - dayMs + index * everyMinutes * minuteMs,
    complete: true,
    requested: 50,
    loaded: isCalm ? 48 : 47,
  }));
  return {
    plants,
    readings,
    newestReadingMs: untilMs - minuteMs,
    notices: [
      notice(onLoanId, "on_loan", untilMs - dayMs),
      ...(isCalm ? [] : [notice(5, "sensor_fault", at("15:57"))]),
    ],
    runs,
    profiles,
    alerts: isCalm ? [] : alerts.filter(({ plantId }) => plants.some((plant) => plant.plantId === plantId)),
    history,
  };
}

function at(time: string): number {
  return Date.parse(`2026-11-28T${time}:00Z`);
}

/** When the plant is watered each day: a time of the day. */
function wateringTime(plantId: number): number {
  return faults[plantId]?.wateredAt ?? 13 * hourMs + Math.floor(hash(plantId, 2) * 110) * minuteMs;
}

function signalOf(plantId: number, isCalm: boolean) {
  const fault = isCalm ? undefined : faults[plantId];
  const lastWatering = (ms: number) => {
    const midnight = Math.floor(ms / dayMs) * dayMs;
    const today = midnight + wateringTime(plantId);
    const isMissed = fault?.isMissed === true && midnight === Date.parse("2026-11-28T00:00:00Z");
    return today <= ms && !isMissed ? today : today - dayMs;
  };
  const perHour = 3.28 + 0.32 * hash(plantId, 3);
  const moistureAt = (ms: number) => {
    const watered = lastWatering(ms);
    const isWithout = fault?.isWithoutEffect === true && watered > nowMs - 12 * hourMs;
    const sinceMs = ms - watered + (isWithout ? dayMs : 0);
    return Math.min(100, 100 - (perHour * sinceMs) / hourMs + 0.6 * (hash(plantId, ms / 1_000) - 0.5));
  };
  const temperatureAt = (ms: number) => {
    const wave = (hours: number, part: number) =>
      Math.sin(2 * Math.PI * (ms / (hours * hourMs) + hash(plantId, part)));
    return 8.5 + 8.5 * hash(plantId, 4) + 0.65 * wave(24, 5) + 0.35 * wave(5.3, 6);
  };
  return {
    isSilent: (ms: number) => fault?.silentFrom !== undefined && ms >= fault.silentFrom,
    reading: (takenMs: number): HealthReading => {
      const odd = hash(plantId, takenMs / 1_000, 7);
      const warming =
        fault?.warmsFrom === undefined
          ? 0
          : Math.min(8, Math.max(0, (takenMs - fault.warmsFrom) / (8 * minuteMs)));
      const stuck = fault?.stuckFrom !== undefined && takenMs >= fault.stuckFrom;
      const moisture = stuck ? moistureAt(at("13:26")) : odd > 0.9984 ? -40 : moistureAt(takenMs);
      const temperature =
        odd < 0.0046 ? 80 : odd < 0.03 ? temperatureAt(takenMs) + 20 : temperatureAt(takenMs) + warming;
      return {
        plantId,
        takenMs,
        temperature,
        soilMoisture: moisture,
        lastWateredMs: lastWatering(takenMs),
        qualityFlag: (temperature > 60 ? 1 : 0) + (moisture < 0 ? 2 : 0),
      };
    },
    moistureAt,
    temperatureAt,
  };
}

interface Fault {
  readonly wateredAt?: number;
  readonly isMissed?: boolean;
  readonly isWithoutEffect?: boolean;
  readonly warmsFrom?: number;
  readonly stuckFrom?: number;
  readonly silentFrom?: number;
}

const faults: Readonly<Record<number, Fault>> = {
  36: { isWithoutEffect: true, wateredAt: 13 * hourMs + 6 * minuteMs },
  12: { isMissed: true, wateredAt: 14 * hourMs + 18 * minuteMs },
  31: { warmsFrom: at("14:42") },
  20: { stuckFrom: at("13:26"), wateredAt: 14 * hourMs + 20 * minuteMs },
  5: { silentFrom: at("15:57") },
};

function alert(
  plantId: number | null,
  startedMs: number,
  detail: AlertDetail,
  values: Partial<Alert> = {},
): Alert {
  return {
    alertId: `${plantId}-${detail.rule}`,
    plantId,
    detail,
    startedMs,
    firedMs: startedMs + 20 * minuteMs,
    resolvedMs: null,
    acknowledgedMs: null,
    ...values,
  };
}

export const outage = alert(null, at("16:06"), {
  rule: "outage",
  plants: 48,
  silentPlants: 48,
  newestReadingMs: at("16:05"),
});

const alerts: readonly Alert[] = [
  alert(36, at("13:06"), { rule: "no-effect", wateredMs: at("13:06"), before: 5, after: 1.2 }),
  alert(12, at("14:18"), {
    rule: "not-watered",
    lastWateredMs: at("14:18") - dayMs,
    limitMs: 26 * hourMs,
    usualMs: dayMs,
    soilMoisture: 11.6,
    dryingPerHour: 3.4,
  }),
  alert(31, at("14:42"), { rule: "temperature", temperature: 16.8, base: 8.8 }),
  alert(20, at("13:26"), {
    rule: "stuck",
    soilMoisture: signalOf(20, true).moistureAt(at("13:26")),
    sinceMs: at("13:26"),
  }),
  alert(5, at("15:56"), { rule: "silent", lastReadingMs: at("15:56"), sensorFault: true }),
  alert(9, at("09:10"), { rule: "temperature", temperature: 19, base: 12 }, { resolvedMs: at("12:03") }),
];

function profileOf(plantId: number, daysAgo: number): DayProfile {
  const midnight = Math.floor(nowMs / dayMs - daysAgo) * dayMs;
  const signal = signalOf(plantId, true);
  const shift = Math.floor((hash(plantId, daysAgo) - 0.5) * 20) * minuteMs;
  const slots = Array.from({ length: 48 }, (_, slot) => midnight + (slot + 0.5) * 30 * minuteMs - shift);
  return {
    plantId,
    day: new Date(midnight).toISOString().slice(0, 10),
    soilMoisture: slots.map(signal.moistureAt),
    temperature: slots.map(signal.temperatureAt),
    waterings: [{ atMs: midnight + wateringTime(plantId) + shift, intervalMs: dayMs, trough: 15, peak: 99 }],
  };
}

function summaryOf(plantId: number, daysAgo: number): DaySummary {
  const { day, soilMoisture, temperature } = profileOf(plantId, daysAgo);
  const quartiles = (values: readonly (number | null)[]) => {
    const sorted = values.filter((value) => value !== null).sort((one, other) => one - other);
    return { p25: sorted[12] ?? null, median: sorted[24] ?? null, p75: sorted[36] ?? null };
  };
  return {
    plantId,
    day,
    temperature: quartiles(temperature),
    soilMoisture: quartiles(soilMoisture),
    timesWatered: 1,
  };
}
