/** Whether a value is a time as `formatTimestamp` returns it: ISO 8601, UTC, with milliseconds, of a day that exists. */
export function isTimestamp(value: unknown): value is string {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  const ms = Date.parse(value);
  // Date.parse takes 30 February for 2 March, and 24:00 for the next day.
  return !Number.isNaN(ms) && new Date(ms).toISOString() === value;
}
