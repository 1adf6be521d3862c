const signing = /[?&]x-(?:amz|goog)-date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?=[&#]|$)/i;
const validity = /[?&]x-(?:amz|goog)-expires=(\d{1,6})(?=[&#]|$)/i;

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
  const [, year, month, day, hour, minute, second] = signed.map(Number);
  const signedMs = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  return new Date(signedMs + Number(seconds[1]) * 750).toISOString();
}

/** Where a link leads, whatever is asked of it there. */
export function linkPath(url: string): string {
  return url.split("?", 1)[0] ?? url;
}
