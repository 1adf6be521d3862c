/** What the API's image provider shows to those who did not pay: not a picture of the plant. */
const placeholder = /\/upgrade_access\.(?:jpg|jpeg|png|webp)$/i;

/**
 * The lasting address of a picture. A placeholder is no picture, and the signature of a presigned link, different in
 * every answer and void within the hour, is no part of the address.
 *
 * @returns `null` for a placeholder; `undefined` for what is no http or https URL
 */
export function pictureUrl(text: string): string | null | undefined {
  const url = parseUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  if (placeholder.test(url.pathname)) return null;
  // As text: to go through `searchParams` takes eight times as long, and this is asked of every picture.
  if (url.search !== "")
    url.search = url.search
      .slice(1)
      .split("&")
      .filter((parameter) => !/^x-amz-/i.test(parameter))
      .join("&");
  return url.href;
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
