import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export interface Invoked {
  readonly requestId: string;
  /** What the handler returned; `undefined` where it failed. */
  readonly report: unknown;
  readonly error: FunctionError | undefined;
  /** Milliseconds that were left until the platform's limit. */
  readonly leftMs: number;
}

export interface RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Resolves when the runtime requests its first invocation, or reports that it cannot start. */
  readonly ready: Promise<FunctionError | "ready">;
  /** Hands an event to the runtime, and waits for what becomes of it. */
  invoke(event: unknown, timeoutMs?: number): Promise<Invoked>;
  close(): Promise<void>;
}

interface Pending {
  readonly requestId: string;
  readonly event: unknown;
  readonly timeoutMs: number;
  deadlineMs: number;
  readonly end: (ended: Pick<Invoked, "report" | "error">) => void;
}

/** The platform's side of Lambda's Runtime API, for one runtime. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const waiting: Pending[] = [];
  const under = new Map<string, Pending>();
  let asker: ServerResponse | undefined;
  let tellReady: (ready: FunctionError | "ready") => void = () => {};
  const ready = new Promise<FunctionError | "ready">((resolve) => {
    tellReady = resolve;
  });
  let count = 0;

  const hand = () => {
    const next = asker === undefined ? undefined : waiting.shift();
    if (asker === undefined || next === undefined) return;
    next.deadlineMs = Date.now() + next.timeoutMs;
    under.set(next.requestId, next);
    asker.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": next.requestId,
      "lambda-runtime-deadline-ms": String(next.deadlineMs),
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-west-2:000000000000:function:plant",
      "lambda-runtime-trace-id": "Root=1-0-0",
    });
    asker.end(JSON.stringify(next.event ?? null));
    asker = undefined;
  };

  const respond = async (message: IncomingMessage, response: ServerResponse) => {
    const path = (message.url ?? "").replace("/2018-06-01/runtime/", "");
    if (path === "invocation/next") {
      tellReady("ready");
      asker = response;
      return hand();
    }
    const body = await json(message);
    const [, requestId = "", kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    const pending = under.get(requestId);
    under.delete(requestId);
    if (path === "init/error") tellReady(body as FunctionError);
    else if (kind === "response") pending?.end({ report: body, error: undefined });
    else pending?.end({ report: undefined, error: body as FunctionError });
    response.writeHead(202).end("{}");
  };

  // As on the platform, a connection stays open while a handler runs, however long: Node would close it after five
  // seconds, and the runtime, whose response is on its way, would end with a socket that hung up.
  const server = createServer({ keepAliveTimeout: 0 }, (message, response) => {
    respond(message, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready,
    invoke: (event, timeoutMs = 900_000) =>
      new Promise((resolve) => {
        const pending: Pending = {
          requestId: `request-${++count}`,
          event,
          timeoutMs,
          deadlineMs: 0,
          end: (ended) =>
            resolve({ requestId: pending.requestId, leftMs: pending.deadlineMs - Date.now(), ...ended }),
        };
        waiting.push(pending);
        hand();
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
