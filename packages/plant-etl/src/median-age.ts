import { QualityFlag } from "@lmnh/plant-schema/model";
import type { BaseReading, Batch } from "./batch.js";

export interface MedianAge {
  add(batch: Pick<Batch<BaseReading>, "plants" | "readings">): void;
  /** Milliseconds, 0 or more; `null` while there is no reading. */
  ms(): number | null;
}

/**
 * The median over the plants of the age, on arrival, of their newest reading. A median, because a few sensors that have
 * stopped, or whose clock is wrong, must not change the result. Readings in the future are left out: they have no age, and
 * counting them as new would hide old readings behind a slow clock.
 */
export function createMedianAge(): MedianAge {
  const newest = new Map<number, { readonly recordingTaken: string; readonly ageMs: number }>();
  return {
    add({ plants, readings }) {
      const arrivals = new Map(plants.map(({ plantId, observedAt }) => [plantId, Date.parse(observedAt)]));
      for (const { plantId, recordingTaken, qualityFlag } of readings) {
        const arrivalMs = arrivals.get(plantId);
        if (arrivalMs === undefined || (qualityFlag & QualityFlag.futureTime) !== 0) continue;
        if (recordingTaken <= (newest.get(plantId)?.recordingTaken ?? "")) continue;
        newest.set(plantId, { recordingTaken, ageMs: Math.max(0, arrivalMs - Date.parse(recordingTaken)) });
      }
    },
    ms() {
      const ages = [...newest.values()].map(({ ageMs }) => ageMs).sort((a, b) => a - b);
      const middle = (ages.length - 1) / 2;
      const [low, high] = [ages[Math.floor(middle)], ages[Math.ceil(middle)]];
      return low === undefined || high === undefined ? null : (low + high) / 2;
    },
  };
}
