import { noAnomalies, type PlantFaults, signalAt } from "@lmnh/museum-simulator";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The simulator's default seed. */
const seed = 1;

/** Three plants that need someone at the end of the demo, and two sensors that do not work. */
export function demoFaults(nowMs: number): PlantFaults {
  const since = (hours: number) => ({ fromMs: nowMs - hours * hourMs, untilMs: Number.POSITIVE_INFINITY });
  return {
    12: { kind: "missedWatering", ...since(missedHours(12, nowMs)) },
    [wateredForSomeTime(nowMs)]: { kind: "wateringWithoutEffect", ...since(26) },
    31: { kind: "warming", degrees: 8, ...since(4) },
    20: { kind: "stuck", ...since(5) },
    5: { kind: "silent", ...since(2) },
  };
}

/** Since when nobody waters, so that as few waterings as possible are missed and the last one is long ago. */
function missedHours(plantId: number, nowMs: number): number {
  const { lastWateredMs } = signalAt(seed, plantId, nowMs, noAnomalies);
  const hours = (nowMs - lastWateredMs) / hourMs;
  return hours >= 2.5 ? hours + 1 : hours + 25;
}

/** A plant whose last watering is so long ago that its missing effect can be seen. */
function wateredForSomeTime(nowMs: number): number {
  const candidates = [36, 33, 40, 45, 29];
  return (
    candidates.find((plantId) => {
      const { lastWateredMs } = signalAt(seed, plantId, nowMs, noAnomalies);
      return nowMs - lastWateredMs >= 90 * minuteMs;
    }) ?? 36
  );
}
