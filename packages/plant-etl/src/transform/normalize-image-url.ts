import { signedUrlRenewalTime } from "@lmnh/plant-schema/internal";
import { memoize } from "./memoize.js";

/** The image that the API's provider returns without a subscription. */
const placeholder = /\/upgrade_access\.(?:jpg|jpeg|png|webp)$/i;

/** Characters; the length of the column. */
export const maxUrlLength = 1000;

/**
 * The URL of a picture. A presigned URL keeps its signature, which a private store requires. If it is too long or its expiry
 * is unknown, the signature is removed, because it differs in every response.
 *
 * @returns `null` for a placeholder; `undefined` for anything but an http or https URL
 */
export function normalizeImageUrl(text: string): string | null | undefined {
  const bare = withoutSignature(text);
  const unsigned = parsePublicUrl(bare);
  if (typeof unsigned !== "string" || bare === text) return unsigned;
  const signed = parseUrl(text)?.href ?? "";
  return signed.length <= maxUrlLength && signedUrlRenewalTime(signed) !== null ? signed : unsigned;
}

/** The URL of a page, without a signature. */
export function normalizePageUrl(text: string): string | null | undefined {
  return parsePublicUrl(withoutSignature(text));
}

const parsePublicUrl = memoize((text): string | null | undefined => {
  const url = parseUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return placeholder.test(url.pathname) ? null : url.href;
});

/** Works on the text, before parsing: the result is the same every minute, so it can be memoized. */
function withoutSignature(text: string): string {
  return text.replace(/(?<=[?&])x-(?:amz|goog)-[^&#]*&?/gi, "").replace(/[?&](?=#|$)/, "");
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
