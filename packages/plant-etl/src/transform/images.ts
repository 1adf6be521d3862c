import { remember } from "./remember.js";

/** What the API's image provider shows to those who did not pay: not a picture of the plant. */
const placeholder = /\/upgrade_access\.(?:jpg|jpeg|png|webp)$/i;

/**
 * The lasting address of a picture. A placeholder is no picture, and the signature of a presigned link, different in
 * every answer and void within the hour, is no part of the address.
 *
 * @returns `null` for a placeholder; `undefined` for what is no http or https URL
 */
export function pictureUrl(text: string): string | null | undefined {
  return readAddress(withoutSignature(text));
}

const readAddress = remember((text): string | null | undefined => {
  const url = parseUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return placeholder.test(url.pathname) ? null : url.href;
});

/** As text, and before anything is parsed: what is left is the same every minute. */
function withoutSignature(text: string): string {
  return text.replace(/(?<=[?&])x-amz-[^&#]*&?/gi, "").replace(/[?&](?=#|$)/, "");
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
