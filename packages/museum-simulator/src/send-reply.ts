import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { hugePieces, type Reply } from "./reply.js";

const dripMs = 200;

/**
 * Sends a reply. `beforeEnd` is called just before the client can have all of it: the client's next request may
 * arrive before Node tells that this one is over. Ends early, or rejects, when the client leaves first.
 */
export async function deliver(response: ServerResponse, reply: Reply, beforeEnd: () => void): Promise<void> {
  switch (reply.kind) {
    case "whole":
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
      await pipeline(Readable.from(hugePieces(reply.bytes)), response);
      beforeEnd();
  }
}

/** Waits so many milliseconds, but no longer than the client does. */
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
