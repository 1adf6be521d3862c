import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { vi } from "vitest";

export type Handler = (request: IncomingMessage, response: ServerResponse, plantId: number) => void;

export interface LoopbackServer {
  readonly origin: string;
  /** Paths in the order of the requests. */
  readonly paths: readonly string[];
  /** Connections that were ever opened. */
  readonly connections: number;
  /** Connections that are open. */
  readonly open: number;
  /** Requests in progress. */
  readonly busy: number;
  /** The most requests that were under way at once. */
  readonly busiest: number;
  close(): Promise<void>;
}

/** A real HTTP server on 127.0.0.1; the last part of the path is given to the handler as a number. */
export async function startServer(handler: Handler): Promise<LoopbackServer> {
  const paths: string[] = [];
  let connections = 0;
  let open = 0;
  let busy = 0;
  let busiest = 0;
  const server = createServer((request, response) => {
    paths.push(request.url ?? "");
    busy++;
    busiest = Math.max(busiest, busy);
    response.on("close", () => {
      busy--;
    });
    handler(request, response, Number(/(\d+)(?:\?.*)?$/.exec(request.url ?? "")?.[1]));
  });
  // Connections stay open until somebody closes them, however slow the test is.
  server.keepAliveTimeout = 0;
  server.on("connection", (socket) => {
    connections++;
    open++;
    socket.on("close", () => {
      open--;
    });
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    get connections() {
      return connections;
    },
    get open() {
      return open;
    },
    get busy() {
      return busy;
    },
    get busiest() {
      return busiest;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Ends a response with JSON, as the API does. */
export function sendJson(response: ServerResponse, status: number, value: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

/** Waits for a condition; fails after two minutes, which only a condition that never comes true takes. */
export async function until(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 120_000, interval: 5 });
}
