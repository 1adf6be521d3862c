import { type ObjectStore, readDailySummary } from "@lmnh/plant-archive";
import type { DaySummary } from "@lmnh/plant-health/page";
import type { Clock } from "@lmnh/plant-schema";
import { dayMs } from "./durations.js";

/** The summaries of the last days before `nowMs`, by day and plant. */
export type DailyHistory = (nowMs: number) => Promise<readonly DaySummary[]>;

export interface DailyHistoryOptions {
  readonly days: number;
  /**
   * How long a call waits for the archive. Then it returns the days that are read, and a later call those that were read
   * meanwhile. By default a call waits for all days.
   */
  readonly wait?: { readonly clock: Clock; readonly timeoutMs: number } | undefined;
  /** An unreadable summary, whose day is left out, or an archive that does not respond in time. */
  readonly onError: (error: unknown) => void;
}

/** A summary may be written, or written again, after its day was first read. */
const rereadAfterMs = 3_600_000;
const retryAfterMs = 300_000;

interface Reading {
  readonly today: string;
  readonly startedMs: number;
  readonly rows: DaySummary[];
  hasFailed: boolean;
  /** Whether all days were tried. */
  hasEnded: boolean;
  hasBeenLate: boolean;
}

/** Reads daily summaries from the archive, each at most once an hour, the newest day first. */
export function dailyHistory(
  objects: ObjectStore,
  { days, wait, onError }: DailyHistoryOptions,
): DailyHistory {
  let reading: (Reading & { readonly ended: Promise<void> }) | null = null;
  /** What the last reading that ended has. */
  let known: readonly DaySummary[] = [];

  const readDays = async (into: Reading): Promise<void> => {
    for (let ago = 1; ago <= days; ago++) {
      const day = isoDay(into.startedMs - ago * dayMs);
      try {
        const summaries = (await readDailySummary(objects, day)) ?? [];
        into.rows.unshift(
          ...summaries.map(({ plantId, temperature, soilMoisture, timesWatered }) => ({
            plantId,
            day,
            temperature,
            soilMoisture,
            timesWatered,
          })),
        );
      } catch (error) {
        into.hasFailed = true;
        onError(error);
      }
    }
    into.hasEnded = true;
  };
  const isOld = ({ today, startedMs, hasFailed }: Reading, nowMs: number) =>
    today !== isoDay(nowMs) || nowMs - startedMs >= (hasFailed ? retryAfterMs : rereadAfterMs);

  return async (nowMs) => {
    if (reading === null || isOld(reading, nowMs)) {
      const started: Reading = {
        today: isoDay(nowMs),
        startedMs: nowMs,
        rows: [],
        hasFailed: false,
        hasEnded: false,
        hasBeenLate: false,
      };
      reading = Object.assign(started, { ended: readDays(started) });
    }
    const current = reading;
    // The archive that was late once need not be waited for again.
    if (!current.hasEnded && !current.hasBeenLate) await endOf(current.ended, wait);
    if (current.hasEnded) {
      known = current.rows;
      return known;
    }
    if (!current.hasBeenLate && wait !== undefined)
      onError(new Error(`the archive has not responded within ${wait.timeoutMs} ms; the history follows`));
    current.hasBeenLate = true;
    return known.length > current.rows.length ? known : [...current.rows];
  };
}

async function endOf(work: Promise<void>, wait: DailyHistoryOptions["wait"]): Promise<void> {
  if (wait === undefined) return await work;
  const ended = new AbortController();
  try {
    // The sleep rejects when the work has ended before.
    await Promise.race([work, wait.clock.sleep(wait.timeoutMs, ended.signal).catch(() => {})]);
  } finally {
    ended.abort();
  }
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
