import http from "node:http";

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
  /** Leave after so long. */
  readonly leaveAfterMs?: number;
}

/** A bare client: no redirects, no retries, no decoding. Rejects when no head of an answer comes. */
export function ask(url: string, options: AskOptions = {}): Promise<Received> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: options.method ?? "GET", agent: options.agent ?? false });
    const timer =
      options.leaveAfterMs === undefined
        ? undefined
        : setTimeout(() => request.destroy(new Error("left")), options.leaveAfterMs);
    request.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.once("response", (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      const done = () => {
        clearTimeout(timer);
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

/** Waits until it is so, at most 5 s. */
export async function eventually(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isSo(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  if (!isSo()) throw new Error("it did not come to be");
}
