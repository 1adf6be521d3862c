import { clear, isHeard, type OpenAlert, type PlantView, unknown, type Verdict } from "./plant-view.js";

/** An API or a pipeline that fails is not the sensor's fault: so many runs reached most plants, but not this one. */
const leastRuns = 6;

/** The plant's sensor sends no reading, while runs reach the other plants. */
export function judgeSilent(view: PlantView, open: OpenAlert<"silent"> | null): Verdict {
  if (isHeard(view)) return clear;
  const lastReadingMs = view.readings.at(-1)?.takenMs ?? open?.detail.lastReadingMs ?? null;
  const missed = view.healthyRunsMs.filter((startedMs) => startedMs > (lastReadingMs ?? 0));
  if (missed.length < leastRuns) return unknown;
  return {
    kind: "fires",
    startedMs: lastReadingMs ?? Math.min(...missed),
    detail: {
      rule: "silent",
      lastReadingMs,
      sensorFault: view.sensorFaultMs !== null && view.sensorFaultMs > (lastReadingMs ?? 0),
    },
  };
}
