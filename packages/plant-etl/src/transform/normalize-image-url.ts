import { renewalTime } from "@lmnh/plant-schema";
import { memoize } from "./memoize.js";

/** What the API's image provider shows to those who did not pay: not a picture of the plant. */
const placeholder = /\/upgrade_access\.(?:jpg|jpeg|png|webp)$/i;

/** Longest address that the database has room for, characters. */
export const longestUrl = 1000;

/**
 * The address of a picture. A placeholder is no picture. A presigned link stays as it came, because a private store refuses
 * it without its signature; one that is too long, or whose end cannot be read, loses its signature, which is different in
 * every answer.
 *
 * @returns `null` for a placeholder; `undefined` for what is no http or https URL
 */
export function normalizeImageUrl(text: string): string | null | undefined {
  const bare = withoutSignature(text);
  const address = readAddress(bare);
  if (typeof address !== "string" || bare === text) return address;
  const signed = parseUrl(text)?.href ?? "";
  return signed.length <= longestUrl && renewalTime(signed) !== null ? signed : address;
}

/** The address of a page, always without a signature. */
export function normalizePageUrl(text: string): string | null | undefined {
  return readAddress(withoutSignature(text));
}

const readAddress = memoize((text): string | null | undefined => {
  const url = parseUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return placeholder.test(url.pathname) ? null : url.href;
});

/** As text, and before anything is parsed: what is left is the same every minute. */
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
