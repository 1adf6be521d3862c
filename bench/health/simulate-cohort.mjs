import { noAnomalies, signalAt, simulateReadings } from "@lmnh/museum-simulator";
import { buildProfiles, profileWindow } from "@lmnh/plant-health";
import { dayMs, hourMs, minuteMs } from "./times.mjs";

export const cohortSize = 48;
/** Without 7, which does not exist, and 43, which is on loan. */
const plantIds = Array.from({ length: 50 }, (_, index) => index + 1).filter((id) => id !== 7 && id !== 43);
const firstMs = Date.UTC(2026, 0, 5);
export const faultKinds = [
  "missedWatering",
  "wateringWithoutEffect",
  "warming",
  "stuck",
  "silent",
  "drift",
  "spikes",
];

/**
 * The readings, profiles, runs and faults of 48 plants. The days of the lead have no faults; of eight plants, seven have a
 * fault of one kind each, somewhere from the third to the tenth day.
 *
 * @param degrees if given, each plant but every fourth has this warming and no other fault
 */
export function simulateCohort({
  seed,
  jitter,
  every,
  failing,
  leadDays = 7,
  days = 14,
  degrees,
  outages = [],
}) {
  const startMs = firstMs + leadDays * dayMs;
  const untilMs = startMs + days * dayMs;
  const isOut = (ms) => outages.some((outage) => ms >= outage.fromMs && ms < outage.untilMs);
  const plants = plantIds.map((plantId, index) => {
    const draw = drawsOf(seed * 1_000 + plantId);
    const kind =
      outages.length > 0
        ? undefined
        : degrees === undefined
          ? faultKinds[(index + seed) % 8]
          : index % 4 && "warming";
    const conditions = { wateringJitterMinutes: jitter };
    const fault = kind ? buildFault(kind, { seed, plantId, startMs, days, degrees, conditions, draw }) : null;
    const options = {
      seed,
      plantId,
      ...conditions,
      faults: fault ? [fault.injected] : [],
      failureRate: failing,
    };
    // Plants are requested one after the other.
    const offsetMs = 1_000 + plantId * 400;
    // The lead only makes profiles: a reading every five minutes is enough.
    const parts = [
      { fromMs: firstMs + offsetMs, untilMs: startMs, everyMs: Math.max(every, 5) * minuteMs },
      { fromMs: startMs + offsetMs, untilMs, everyMs: every * minuteMs },
    ];
    const readings = parts.flatMap((part) =>
      Array.from(
        simulateReadings({ ...options, ...part }),
        ({ takenMs, temperature, soilMoisture, lastWateredMs }) => ({
          plantId,
          takenMs,
          temperature,
          soilMoisture,
          lastWateredMs,
          qualityFlag: 0,
        }),
      ).filter(({ takenMs }) => !isOut(takenMs)),
    );
    return { plantId, readings, fault };
  });
  const profiles = Array.from({ length: leadDays + days }, (_, n) => {
    const day = new Date(firstMs + n * dayMs).toISOString().slice(0, 10);
    const window = profileWindow(day);
    const readings = plants.flatMap((plant) => between(plant.readings, window.sinceMs, window.untilMs));
    return { knownMs: window.untilMs, profiles: buildProfiles(readings, day) };
  });
  const runs = Array.from({ length: (days * 24 * 60) / every }, (_, n) => {
    const startedMs = startMs + n * every * minuteMs;
    const lost = isOut(startedMs);
    return { startedMs, complete: !lost, requested: 48, loaded: lost ? 0 : Math.round(48 * (1 - failing)) };
  });
  return { plants, profiles, runs, startMs, untilMs, every };
}

/** Numbers from 0 to 1 that only depend on the seed (mulberry32). */
function drawsOf(seed) {
  let state = Math.imul(seed, 0x9e3779b1);
  return (from, to) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return from + (to - from) * (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32);
  };
}

/** The fault as the simulator gets it, and from when to when it can be seen. */
function buildFault(kind, { seed, plantId, startMs, days, degrees, conditions, draw }) {
  const fromMs = Math.round(startMs + draw(2, days - 5) * dayMs);
  const lasting = (fromHours, toHours) => Math.round(fromMs + draw(fromHours, toHours) * hourMs);
  const seen = (injected) => ({ kind, fromMs: injected.fromMs, untilMs: injected.untilMs, injected });
  switch (kind) {
    case "missedWatering":
    case "wateringWithoutEffect": {
      // One watering, and until the next one.
      const wateringAt = (ms) => signalAt(seed, plantId, ms, noAnomalies, conditions).lastWateredMs;
      const midnight = Math.floor(fromMs / dayMs) * dayMs;
      const wateredMs = wateringAt(midnight);
      const injected = { kind, fromMs: wateredMs - minuteMs, untilMs: wateredMs + minuteMs };
      return { kind, fromMs: wateredMs, untilMs: wateringAt(midnight + dayMs), injected };
    }
    case "warming":
      return seen({
        kind,
        fromMs,
        untilMs: lasting(6, 24),
        degrees: degrees ?? draw(5, 12),
        rampMinutes: draw(60, 120),
      });
    case "drift":
      return seen({
        kind,
        fromMs,
        untilMs: fromMs + 5 * dayMs,
        percentPerDay: draw(4, 8) * (draw(0, 1) < 0.5 ? -1 : 1),
      });
    case "stuck":
      return seen({ kind, fromMs, untilMs: lasting(3, 24) });
    case "silent":
      return seen({ kind, fromMs, untilMs: lasting(1, 12) });
    case "spikes":
      return seen({ kind, fromMs, untilMs: lasting(6, 24), share: 0.3 });
    default:
      throw new Error(kind);
  }
}

/** Readings are sorted by time. */
export function between(readings, sinceMs, untilMs) {
  return readings.slice(indexAt(readings, sinceMs), indexAt(readings, untilMs));
}

function indexAt(readings, ms) {
  let low = 0;
  let high = readings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (readings[middle].takenMs >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}
