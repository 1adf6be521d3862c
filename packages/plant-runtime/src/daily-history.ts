import { type ObjectStore, readDailySummary } from "@lmnh/plant-archive";
import type { DaySummary } from "@lmnh/plant-health/page";

/** The summaries of the last days before `nowMs`, by day and plant. */
export type DailyHistory = (nowMs: number) => Promise<readonly DaySummary[]>;

export interface DailyHistoryOptions {
  readonly days: number;
  /** An unreadable summary; its day is left out. */
  readonly onError: (error: unknown) => void;
}

const dayMs = 24 * 3_600_000;
/** A summary may be written, or written again, after its day was first read. */
const rereadAfterMs = 3_600_000;

/** Reads daily summaries from the archive, each at most once an hour. */
export function dailyHistory(objects: ObjectStore, { days, onError }: DailyHistoryOptions): DailyHistory {
  let known: { readonly untilMs: number; readonly day: string; readonly rows: readonly DaySummary[] } | null =
    null;
  return async (nowMs) => {
    const today = isoDay(nowMs);
    if (known !== null && known.day === today && nowMs < known.untilMs) return known.rows;
    const rows: DaySummary[] = [];
    for (let ago = days; ago > 0; ago--) {
      const day = isoDay(nowMs - ago * dayMs);
      try {
        for (const { plantId, temperature, soilMoisture, timesWatered } of (await readDailySummary(
          objects,
          day,
        )) ?? [])
          rows.push({ plantId, day, temperature, soilMoisture, timesWatered });
      } catch (error) {
        onError(error);
      }
    }
    known = { untilMs: nowMs + rereadAfterMs, day: today, rows };
    return rows;
  };
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
