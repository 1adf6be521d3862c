import { textParser } from "@lmnh/plant-runtime";

const dayMs = 24 * 3_600_000;

/** Minutes after 00:00 UTC, ascending. */
export type TimesOfDay = readonly number[];

/** A list of UTC times such as `00:10,12:10`; `*:10` is ten minutes past every hour. */
export const timesOfDay = textParser(
  "must be times of day in UTC, separated by commas",
  parseTimesOfDay,
  () => "00:10 or *:10",
);

function parseTimesOfDay(text: string): TimesOfDay | undefined {
  const minutes = new Set<number>();
  for (const time of text.split(",")) {
    const [, hour = "", minute] = /^(\*|[01]?\d|2[0-3]):([0-5]\d)$/.exec(time.trim()) ?? [];
    if (minute === undefined) return undefined;
    const hours = hour === "*" ? Array.from({ length: 24 }, (_, number) => number) : [Number(hour)];
    for (const each of hours) minutes.add(each * 60 + Number(minute));
  }
  return [...minutes].sort((left, right) => left - right);
}

/** The last of the times that is not after `nowMs`. */
export function lastTimeOfDay(times: TimesOfDay, nowMs: number): number {
  const dayStartMs = Math.floor(nowMs / dayMs) * dayMs;
  const last = times.findLast((minute) => dayStartMs + minute * 60_000 <= nowMs);
  return last === undefined ? dayStartMs - dayMs + (times.at(-1) ?? 0) * 60_000 : dayStartMs + last * 60_000;
}

/** The first of the times that is after `nowMs`. */
export function nextTimeOfDay(times: TimesOfDay, nowMs: number): number {
  const dayStartMs = Math.floor(nowMs / dayMs) * dayMs;
  const next = times.find((minute) => dayStartMs + minute * 60_000 > nowMs);
  return next === undefined ? dayStartMs + dayMs + (times[0] ?? 0) * 60_000 : dayStartMs + next * 60_000;
}
