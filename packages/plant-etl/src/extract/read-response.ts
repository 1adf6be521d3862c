import { decodeText } from "@lmnh/plant-schema/internal";
import type { ReceivedResponse, UndecodableResponse } from "../response.js";
import { decodeContent, maxCoded, parseContentCodings } from "./content-codings.js";
import { type BoundedBytes, readUpTo } from "./read-up-to.js";

/**
 * Reads up to `maxBytes` of a response's body and decodes it as its headers declare. WHATWG's fetch has decoded
 * the content codings; node-fetch, whose bodies are not a ReadableStream, has not with `compress: false`.
 */
export async function readResponse(
  { status, headers, body }: Response,
  maxBytes: number,
): Promise<ReceivedResponse | UndecodableResponse> {
  const stream = (body ?? []) as unknown as AsyncIterable<Uint8Array>;
  const contentEncoding = headers.get("content-encoding");
  if (contentEncoding === null)
    return decodeBody(status, await readUpTo(stream, maxBytes), headers.get("content-type"));

  const codings = parseContentCodings(contentEncoding);
  const names = "problem" in codings || body instanceof ReadableStream ? [] : codings.names;
  const received = await readUpTo(stream, names.length === 0 ? maxBytes : maxCoded(maxBytes));
  if ("problem" in codings && received.bytes.length > 0)
    return undecodable(status, received, codings.problem);
  const content = received.bytes.length === 0 ? received : await decodeContent(received, names, maxBytes);
  if ("problem" in content) return undecodable(status, received, content.problem);
  return decodeBody(status, content, headers.get("content-type"));
}

function decodeBody(
  status: number,
  { bytes, cut }: BoundedBytes,
  contentType: string | null,
): ReceivedResponse | UndecodableResponse {
  const label = readCharset(contentType);
  const decoded = decodeText(bytes, label === undefined ? { cut } : { label, cut });
  if ("text" in decoded) return { kind: "received", status, body: decoded.text, cut };
  const { problem } = decoded;
  return undecodable(
    status,
    { bytes, cut },
    label === undefined ? `${problem}, and its content-type declares no charset` : problem,
  );
}

function undecodable(status: number, { bytes, cut }: BoundedBytes, problem: string): UndecodableResponse {
  const { buffer, byteOffset, byteLength } = bytes;
  const bodyBase64 = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  return { kind: "undecodable", status, bodyBase64, cut, problem };
}

/** The charset that a Content-Type header declares. */
function readCharset(contentType: string | null): string | undefined {
  const [, charset = ""] = /;\s*charset\s*=\s*["']?([^"';,\s]*)/i.exec(contentType ?? "") ?? [];
  return charset === "" ? undefined : charset.toLowerCase();
}
