import { PlantHealthError } from "../errors.js";

/** The fields of a moment on a wall clock. */
interface LocalTime {
  readonly year: number;
  /** 1…12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** Days since the epoch of the local date, so that two dates can be subtracted. */
  readonly dayNumber: number;
}

/** Moments in the words of one time zone. */
export interface TimeWords {
  readonly timeZone: string;
  local(ms: number): LocalTime;
  /** "13:06". */
  time(ms: number): string;
  /** "Saturday 28 November". */
  date(ms: number): string;
  /** "13:06" on the day of `nowMs`, otherwise "yesterday 14:18", "Thursday 14:18", "12 November 14:18". */
  since(ms: number, nowMs: number): string;
  /** As `since`, with its preposition: "at 13:06", "yesterday at 14:18", "on Thursday at 14:18". */
  at(ms: number, nowMs: number): string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/**
 * @param timeZone IANA name, such as `Europe/London`
 * @throws PlantHealthError `OPTION_INVALID` for an unknown time zone
 */
export function timeWords(timeZone: string): TimeWords {
  const format = dateTimeFormat(timeZone);
  const local = (ms: number): LocalTime => {
    const fields: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(ms)) fields[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = fields;
    return { year, month, day, hour, minute, dayNumber: Date.UTC(year, month - 1, day) / dayMs };
  };
  const time = (ms: number) => {
    const { hour, minute } = local(ms);
    return `${twoDigits(hour)}:${twoDigits(minute)}`;
  };
  /** `null` for the day of `nowMs`. */
  const otherDay = (ms: number, nowMs: number): { readonly on: string; readonly word: string } | null => {
    const then = local(ms);
    const now = local(nowMs);
    const days = now.dayNumber - then.dayNumber;
    if (days === 0) return null;
    if (days === 1) return { on: "", word: "yesterday" };
    if (days > 1 && days < 7) return { on: "on ", word: weekdayOf(then) };
    const date = `${then.day} ${months[then.month - 1] ?? ""}`;
    return { on: "on ", word: then.year === now.year ? date : `${date} ${then.year}` };
  };
  return {
    timeZone,
    local,
    time,
    date: (ms) => {
      const at = local(ms);
      return `${weekdayOf(at)} ${at.day} ${months[at.month - 1] ?? ""}`;
    },
    since: (ms, nowMs) => {
      const day = otherDay(ms, nowMs);
      return day === null ? time(ms) : `${day.word} ${time(ms)}`;
    },
    at: (ms, nowMs) => {
      const day = otherDay(ms, nowMs);
      return day === null ? `at ${time(ms)}` : `${day.on}${day.word} at ${time(ms)}`;
    },
  };
}

/** "46 minutes", "26 hours", "3 days": whole units, rounded down, never less than "1 minute". */
export function formatDuration(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 120) return countOf(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? countOf(hours, "hour") : countOf(Math.floor(hours / 24), "day");
}

/** What follows "every": "day", "2 days", "12 hours". */
export function formatInterval(ms: number): string {
  const days = ms / (24 * hourMs);
  const isWhole = Math.abs(days - Math.round(days)) <= 0.1 * Math.max(1, Math.round(days));
  if (days >= 0.9 && isWhole) return Math.round(days) === 1 ? "day" : `${Math.round(days)}\u00a0days`;
  return Math.round(ms / hourMs) <= 1 ? "hour" : `${Math.round(ms / hourMs)}\u00a0hours`;
}

/** "1 plant", "2 plants". */
export function countOf(count: number, noun: string): string {
  return `${count}\u00a0${noun}${count === 1 ? "" : "s"}`;
}

function dateTimeFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-GB-u-ca-gregory-nu-latn", {
      timeZone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      hourCycle: "h23",
    });
  } catch (cause) {
    throw new PlantHealthError("OPTION_INVALID", "abort", `unknown time zone ${JSON.stringify(timeZone)}`, {
      cause,
    });
  }
}

function weekdayOf({ dayNumber }: LocalTime): string {
  // The epoch was a Thursday.
  return weekdays[(((dayNumber + 4) % 7) + 7) % 7] ?? "";
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
