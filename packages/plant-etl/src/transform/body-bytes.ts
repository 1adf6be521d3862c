import type { BodyEncoding } from "../batch.js";

const utf8 = new TextEncoder();

/** The bytes of a body, as UTF-8 if it is text. A body that is not base64 although it should be is text too. */
export function bodyBytes(body: string, encoding: BodyEncoding): Uint8Array {
  return (encoding === "base64" && decodeBase64(body)) || utf8.encode(body);
}

function decodeBase64(text: string): Uint8Array | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
