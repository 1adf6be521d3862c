const signing = /[?&]x-(?:amz|goog)-date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?=[&#]|$)/i;
const validity = /[?&]x-(?:amz|goog)-expires=(\d{1,6})(?=[&#]|$)/i;

/** The limit of S3 and Google Cloud Storage: a week. */
const maxValidityMs = 7 * 86_400_000;

/** The range of times of both databases. */
const earliest = "1753-01-01T00:00:00.000Z";
const latest = "9999-12-31T23:59:59.999Z";

/**
 * When a newer link should replace a presigned link of S3 or Google Cloud Storage: when a quarter of its validity is left.
 * Until then the stored link is kept, so that a plant does not change with every response.
 *
 * @returns ISO 8601, UTC, milliseconds; `null` for a link without a signature, or without a valid end
 */
export function signedUrlRenewalTime(url: string | null): string | null {
  const signed = url === null ? null : signing.exec(url);
  const seconds = url === null ? null : validity.exec(url);
  if (!signed || !seconds) return null;
  const [, year, month, day, hour, minute, second] = signed;
  const signedAt = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const signedMs = Date.parse(signedAt);
  const validMs = Number(seconds[1]) * 1000;
  // Date.parse reads 31 February as a day of March.
  if (Number.isNaN(signedMs) || new Date(signedMs).toISOString() !== signedAt || validMs > maxValidityMs)
    return null;
  const renewal = new Date(signedMs + validMs * 0.75).toISOString();
  return renewal < earliest || renewal > latest ? null : renewal;
}

/** A link without its query. */
export function urlWithoutQuery(url: string): string {
  return url.split("?", 1)[0] ?? url;
}
