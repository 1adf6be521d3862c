import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { hugeBody, type Reply } from "./reply.js";

const dripMs = 200;

/**
 * Sends a reply. Calls `beforeEnd` just before the reply is complete, because the client's next request can arrive before
 * the `close` event of this one. Returns early, or rejects, when the client disconnects.
 */
export async function sendReply(
  response: ServerResponse,
  reply: Reply,
  beforeEnd: () => void,
): Promise<void> {
  switch (reply.kind) {
    case "full":
      response.writeHead(reply.status, { ...reply.headers, "content-length": Buffer.byteLength(reply.body) });
      beforeEnd();
      response.end(reply.body);
      return;
    case "hang":
      return;
    case "reset":
      beforeEnd();
      response.socket?.resetAndDestroy();
      return;
    case "truncated": {
      const bytes = Buffer.from(reply.body);
      response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length });
      await new Promise((sent) => response.write(bytes.subarray(0, bytes.length / 2), sent));
      beforeEnd();
      response.destroy();
      return;
    }
    case "drip": {
      const bytes = Buffer.from(reply.body);
      response.writeHead(200, { "content-type": "application/json", "content-length": bytes.length });
      for (let at = 0; at < bytes.length; at += 1) {
        if (at > 0) await pause(response, dripMs);
        if (response.destroyed) return;
        response.write(bytes.subarray(at, at + 1));
      }
      beforeEnd();
      response.end();
      return;
    }
    case "huge":
      response.writeHead(200, { "content-type": "application/json" });
      await pipeline(Readable.from(hugeBody(reply.bytes)), response);
      beforeEnd();
  }
}

/** Waits `ms`, or until the client disconnects. */
export function pause(response: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      response.off("close", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    response.once("close", end);
  });
}
