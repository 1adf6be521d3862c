import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ReceiverBehaviour } from "../../src/testing/index.js";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  /** What it has accepted. */
  readonly accepted: Received[];
  /** All requests, also those that it refused or left without a response. */
  readonly requests: Received[];
  behave(behaviour: ReceiverBehaviour | ((response: ServerResponse) => void)): void;
  close(): Promise<void>;
}

/** A loopback HTTP server that accepts messages, refuses them, or never responds. */
export async function startReceiver(
  accept: (response: ServerResponse, received: Received) => void = (response) => response.end("ok"),
): Promise<Receiver> {
  let behaviour: ReceiverBehaviour | ((response: ServerResponse) => void) = "accept";
  const accepted: Received[] = [];
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    const received = { path: request.url ?? "", headers: request.headers, body: await text(request) };
    requests.push(received);
    if (typeof behaviour === "function") return behaviour(response);
    if (behaviour === "hang") return;
    if (behaviour === "fail") {
      response.statusCode = 500;
      response.end("no");
      return;
    }
    accepted.push(received);
    accept(response, received);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    accepted,
    requests,
    behave: (next) => {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
