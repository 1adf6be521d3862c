const iso =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?\s*(?<zone>Z|[+-]\d{2}:?\d{2})?$/i;

const rfc1123 =
  /^(?:(?:mon|tue|wed|thu|fri|sat|sun),\s*)?(?<day>\d{1,2}) (?<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (?<year>\d{4}) (?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2}) (?:(?:GMT|UTC|UT|Z)|(?<zone>[+-]\d{4}))$/i;

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const minuteMs = 60_000;

/** The range of both databases: DATETIME of SQL Server begins with 1753, four-digit years end with 9999. */
const earliest = Date.UTC(1753, 0, 1);
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Parses a time in any form of the API: `YYYY-MM-DD HH:MM:SS`, RFC 1123, and ISO 8601 with or without fraction and zone.
 * Second 60, of a leap second or of rounding, is the last millisecond of its minute, so that it stays in its own hour and
 * day.
 *
 * @param defaultUtcOffsetMinutes the offset, east of UTC, of a time without a zone
 * @returns milliseconds since the epoch, finer fractions cut off; `null` for anything else, 30 February included
 */
export function parseTimestamp(text: string, defaultUtcOffsetMinutes: number): number | null {
  const trimmed = text.trim();
  const groups = iso.exec(trimmed)?.groups;
  if (groups !== undefined) {
    const offset = groups.zone === undefined ? defaultUtcOffsetMinutes : offsetMinutes(groups.zone);
    return assemble(groups, Number(groups.month), offset);
  }
  const dated = rfc1123.exec(trimmed)?.groups;
  if (dated === undefined) return null;
  const offset = dated.zone === undefined ? 0 : offsetMinutes(dated.zone);
  return assemble(dated, months.indexOf((dated.name ?? "").toLowerCase()) + 1, offset);
}

/** ISO 8601 in UTC with milliseconds: the form of all times after the transform. */
export function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString();
}

function offsetMinutes(zone: string): number | null {
  if (/^z$/i.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function assemble(groups: Record<string, string>, month: number, offset: number | null): number | null {
  const [year, day, hour] = [Number(groups.year), Number(groups.day), Number(groups.hour)];
  const [minute, second] = [Number(groups.minute), Number(groups.second ?? 0)];
  const millisecond = Number((groups.fraction ?? "").slice(0, 3).padEnd(3, "0"));
  // Date.UTC maps years below 100 to the twentieth century.
  if (offset === null || year < 100 || hour > 23 || minute > 59 || second > 60) return null;
  const ms =
    second === 60
      ? Date.UTC(year, month - 1, day, hour, minute, 59, 999)
      : Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const date = new Date(ms);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const utc = ms - offset * minuteMs;
  return utc < earliest || utc > latest ? null : utc;
}
