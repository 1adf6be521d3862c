import { dayMs, hourMs, minuteMs } from "../durations.js";

/** `2026-11-29 12:00 UTC`. */
export function describeTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** `2 min ago`, and with its time if that is over an hour ago. */
export function describeAge(ms: number, nowMs: number): string {
  const ageMs = nowMs - ms;
  if (ageMs < -minuteMs) return describeTime(ms);
  const ago = `${describeDuration(Math.max(0, ageMs))} ago`;
  return ageMs < hourMs ? ago : `${describeTime(ms)}, ${ago}`;
}

/** `40 s`, `2 min`, `5 h`, `3 days`; rounded down. */
export function describeDuration(ms: number): string {
  if (ms < minuteMs) return `${Math.floor(ms / 1_000)} s`;
  if (ms < 2 * hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h`;
  return `${Math.floor(ms / dayMs)} days`;
}
