import type { ApiResponse } from "./plant-api.js";

/** What the server sends. */
export type Reply =
  | FullReply
  /** Nothing, until the client disconnects. */
  | { readonly kind: "hang" }
  /** The connection is reset before the first byte. */
  | { readonly kind: "reset" }
  /** Half of the announced body, then the connection is closed. */
  | { readonly kind: "truncated"; readonly body: string }
  /** One byte every 200 ms. */
  | { readonly kind: "drip"; readonly body: string }
  /** A JSON string of `bytes`, without a content length. */
  | { readonly kind: "huge"; readonly bytes: number };

export interface FullReply {
  readonly kind: "full";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function fullReply(status: number, contentType: string, body: string): FullReply {
  return { kind: "full", status, headers: { "content-type": contentType }, body };
}

export function jsonReply({ status, payload }: ApiResponse): FullReply {
  return fullReply(status, "application/json", JSON.stringify(payload));
}

/** The body of a huge reply, in chunks of at most 64 KiB. `bytes` is 2 or more. */
export function* hugeBody(bytes: number): Generator<string> {
  const chunk = "x".repeat(65_536);
  yield '"';
  for (let left = bytes - 2; left > 0; left -= chunk.length)
    yield left < chunk.length ? chunk.slice(0, left) : chunk;
  yield '"';
}
