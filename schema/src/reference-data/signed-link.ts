const signing = /[?&]x-(?:amz|goog)-date=(\d{8}T\d{6})Z(?=[&#]|$)/i;
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
  const valid = url === null ? null : validity.exec(url);
  return signed && valid ? renewalTime(signed[1] ?? "", valid[1] ?? "") : null;
}

let last:
  | { readonly signedAt: string; readonly seconds: string; readonly renewal: string | null }
  | undefined;

/** Keeps the last result: most links are signed in the same second as the one before, and dates take long. */
function renewalTime(signedAt: string, seconds: string): string | null {
  if (last?.signedAt !== signedAt || last.seconds !== seconds)
    last = { signedAt, seconds, renewal: computeRenewalTime(signedAt, Number(seconds) * 1000) };
  return last.renewal;
}

/** @param basic `YYYYMMDDThhmmss` */
function computeRenewalTime(basic: string, validMs: number): string | null {
  const signedAt = basic.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, "$1-$2-$3T$4:$5:$6.000Z");
  const signedMs = Date.parse(signedAt);
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
