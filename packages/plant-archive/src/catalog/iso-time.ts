/** ISO 8601, UTC, milliseconds: the format of time parameters. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

export const isoTimeLength = 24;

/**
 * Parses the `YYYY-MM-DDTHH:MM:SS.mmmZ` that begins at `start`; `null` for anything else, such as 30 February or hour 24.
 * `Date.parse` accepts more, and comparing the text with that of the `Date` was the dearest line of an archive run: a
 * reading has three times.
 */
export function parseIsoTime(text: string, start = 0): number | null {
  const year = digits(text, start, start + 4);
  const month = digits(text, start + 5, start + 7);
  const day = digits(text, start + 8, start + 10);
  const hour = digits(text, start + 11, start + 13);
  const minute = digits(text, start + 14, start + 16);
  const second = digits(text, start + 17, start + 19);
  const milli = digits(text, start + 20, start + 23);
  const isSound =
    text.charCodeAt(start + 4) === dash &&
    text.charCodeAt(start + 7) === dash &&
    text.charCodeAt(start + 10) === letterT &&
    text.charCodeAt(start + 13) === colon &&
    text.charCodeAt(start + 16) === colon &&
    text.charCodeAt(start + 19) === dot &&
    text.charCodeAt(start + 23) === letterZ &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    (day <= 28 || day <= daysOf(year, month)) &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    milli < 1000 &&
    year < 10_000;
  if (!isSound) return null;
  return (
    daysSince1970(year, month, day) * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + milli
  );
}

const [dash, letterT, colon, dot, letterZ] = [0x2d, 0x54, 0x3a, 0x2e, 0x5a];

/** The number of the characters from `start` to `end`; `NaN` if one is not a digit. */
function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Of the proleptic Gregorian calendar. The year is counted from March, so that the leap day is its last one. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const monthFromMarch = month <= 2 ? month + 9 : month - 3;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return 365 * shifted + leapDays + Math.floor((153 * monthFromMarch + 2) / 5) + day - 1 - 719_468;
}
