import http from "node:http";
import { vi } from "vitest";

export interface HttpResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The bytes received, complete or not. */
  readonly body: string;
  /** `true` if the body was complete. */
  readonly complete: boolean;
}

export interface GetOptions {
  readonly method?: string;
  readonly agent?: http.Agent;
  /** Disconnect after this many bytes of the body. */
  readonly disconnectAfterBytes?: number;
  /** Disconnect when it aborts. */
  readonly signal?: AbortSignal;
}

/** A plain client: no redirects, retries or decoding. Rejects without a response head. */
export function get(url: string, options: GetOptions = {}): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: options.method ?? "GET", agent: options.agent ?? false });
    options.signal?.addEventListener("abort", () => request.destroy(new Error("disconnected")));
    request.once("error", reject);
    request.once("response", (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      const done = () => {
        const body = Buffer.concat(pieces).toString("utf8");
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          complete: response.complete,
        });
      };
      response.on("data", (piece: Buffer) => {
        pieces.push(piece);
        bytes += piece.length;
        if (options.disconnectAfterBytes !== undefined && bytes >= options.disconnectAfterBytes)
          request.destroy();
      });
      response.once("error", done);
      response.once("close", done);
    });
    request.end();
  });
}

export async function getJson(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const { status, body } = await get(url);
  return { status, body: JSON.parse(body) as Record<string, unknown> };
}

/** Waits for a condition; fails after two minutes. */
export async function eventually(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 120_000, interval: 5 });
}
