const signing = /[?&]x-(?:amz|goog)-date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?=[&#]|$)/i;
const validity = /[?&]x-(?:amz|goog)-expires=(\d{1,6})(?=[&#]|$)/i;

/** S3 and Google's store sign for a week at most, milliseconds. */
const longestValidMs = 7 * 86_400_000;

/** What both databases can hold: SQL Server's calendar here begins with 1753, and four digits end with 9999. */
const earliest = "1753-01-01T00:00:00.000Z";
const latest = "9999-12-31T23:59:59.999Z";

/**
 * When a presigned link of S3 or of Google's store should give way to a newer one: when a quarter of its time is left. Until
 * then it serves as well as the newer one, and a plant does not change with every answer.
 *
 * @returns ISO 8601, UTC, milliseconds; `null` for a link without a signature, or with one whose end cannot be read
 */
export function renewalTime(url: string | null): string | null {
  const signed = url === null ? null : signing.exec(url);
  const seconds = url === null ? null : validity.exec(url);
  if (!signed || !seconds) return null;
  const [, year, month, day, hour, minute, second] = signed;
  const signedAt = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const signedMs = Date.parse(signedAt);
  const validMs = Number(seconds[1]) * 1000;
  // Date.parse reads 31 February as a day of March.
  if (Number.isNaN(signedMs) || new Date(signedMs).toISOString() !== signedAt || validMs > longestValidMs)
    return null;
  const renewal = new Date(signedMs + validMs * 0.75).toISOString();
  return renewal < earliest || renewal > latest ? null : renewal;
}

/** Where a link leads, whatever is asked of it there. */
export function linkPath(url: string): string {
  return url.split("?", 1)[0] ?? url;
}
