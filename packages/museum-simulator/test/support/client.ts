import http from "node:http";
import { vi } from "vitest";

export interface Received {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** What came, whole or not. */
  readonly body: string;
  /** `true` when the body came to its announced end. */
  readonly complete: boolean;
}

export interface AskOptions {
  readonly method?: string;
  readonly agent?: http.Agent;
  /** Leave after so many bytes of the body. */
  readonly leaveAfterBytes?: number;
  /** Leave when it aborts. */
  readonly signal?: AbortSignal;
}

/** A bare client: no redirects, no retries, no decoding. Rejects when no head of an answer comes. */
export function ask(url: string, options: AskOptions = {}): Promise<Received> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: options.method ?? "GET", agent: options.agent ?? false });
    options.signal?.addEventListener("abort", () => request.destroy(new Error("left")));
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
        if (options.leaveAfterBytes !== undefined && bytes >= options.leaveAfterBytes) request.destroy();
      });
      response.once("error", done);
      response.once("close", done);
    });
    request.end();
  });
}

export async function askJson(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const { status, body } = await ask(url);
  return { status, body: JSON.parse(body) as Record<string, unknown> };
}

/** Waits for a condition; fails after two minutes, which only a condition that never comes true takes. */
export async function eventually(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 120_000, interval: 5 });
}
