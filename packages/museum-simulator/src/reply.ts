import type { ApiResponse } from "./plant-api.js";

/** What goes down the wire, as data. */
export type Reply =
  | FullReply
  /** Nothing, for as long as the client stays. */
  | { readonly kind: "hang" }
  /** The connection is reset before a byte is sent. */
  | { readonly kind: "reset" }
  /** Half of the body that the head announces, then the end of the connection. */
  | { readonly kind: "truncated"; readonly body: string }
  /** One byte every 200 ms. */
  | { readonly kind: "drip"; readonly body: string }
  /** A JSON string of so many bytes, of no announced length. */
  | { readonly kind: "huge"; readonly bytes: number };

export interface FullReply {
  readonly kind: "whole";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function fullReply(status: number, contentType: string, body: string): FullReply {
  return { kind: "whole", status, headers: { "content-type": contentType }, body };
}

export function json({ status, payload }: ApiResponse): FullReply {
  return fullReply(status, "application/json", JSON.stringify(payload));
}

/** The body of a huge reply, in pieces of at most 64 KiB. `bytes` is 2 or more. */
export function* hugePieces(bytes: number): Generator<string> {
  const piece = "x".repeat(65_536);
  yield '"';
  for (let left = bytes - 2; left > 0; left -= piece.length)
    yield left < piece.length ? piece.slice(0, left) : piece;
  yield '"';
}
