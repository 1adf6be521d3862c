import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { museumSeed } from "@lmnh/plant-schema/seed";
import { versionSpecs } from "./api-version.js";
import { SimulatorError } from "./errors.js";
import { unit } from "./hash.js";
import { readOptions, type SimulatorOptions } from "./options.js";
import { livePlantApi, recordedPlantApi } from "./plant-api.js";
import { fullReply } from "./reply.js";
import { createRequestHandler } from "./request-handler.js";
import { rosterOf, shippedRoster } from "./roster.js";
import { createSemaphore } from "./semaphore.js";
import { deliver, pause } from "./send-reply.js";
import { timerMs } from "./timer-dither.js";

export interface Simulator {
  /** The base address: `${url}/8` asks for plant 8. */
  readonly url: string;
  readonly port: number;
  /** Sets the clock to so many milliseconds since the epoch, from where it goes on as `now` does. */
  setTime(ms: number): void;
  requests(): RequestCounts;
  /** Ends the server and every connection, hanging ones too. */
  close(): Promise<void>;
}

export interface RequestCounts {
  readonly count: number;
  /** Those that wait or are being answered now. */
  readonly open: number;
  /** The most that were open at once. It shows a client's own limit only where answers take time: see `latencyMs`. */
  readonly maxOpen: number;
}

/**
 * Starts the API's twin on 127.0.0.1. Rejects with `SimulatorError`: `OPTION_INVALID`, or `PORT_UNAVAILABLE` when the
 * port is in use or may not be listened on.
 */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const settings = readOptions(options);
  const { apiVersion, seed, now, latencyMs } = settings;
  const version = versionSpecs[apiVersion];
  const roster = settings.plants
    ? rosterOf(version, settings.plants)
    : shippedRoster(version, museumSeed().plants, settings.plantCount);
  const plantApi = settings.responses
    ? recordedPlantApi(settings.responses)
    : livePlantApi(apiVersion, seed, roster, settings.anomalies);
  const respond = createRequestHandler(settings, plantApi, settings.responses?.size ?? roster.onDisplay);
  const slots = createSemaphore(settings.maxConcurrent);
  let offsetMs = 0;
  const counts = { count: 0, open: 0, maxOpen: 0 };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    counts.count += 1;
    counts.open += 1;
    counts.maxOpen = Math.max(counts.maxOpen, counts.open);
    const [shortest, longest] = latencyMs;
    const number = counts.count;
    const waitMs = shortest + (longest - shortest) * unit("latency", seed, number);
    let served = false;
    let over = false;
    const finish = () => {
      if (over) return;
      over = true;
      counts.open -= 1;
      if (served) slots.release();
    };
    response.once("close", finish);
    try {
      await slots.acquire();
      served = true;
      // The client left while it waited.
      if (over) return slots.release();
      const dueMs = performance.now() + waitMs;
      const reply = respond(request.method ?? "", request.url ?? "", Math.floor(now() + offsetMs));
      // What the answer took to make is part of the wait.
      if (waitMs > 0) await pause(response, timerMs(dueMs - performance.now(), unit("timer", seed, number)));
      if (over) return;
      await deliver(response, reply, finish);
    } catch (error) {
      if (response.destroyed) return;
      // A defect, or a clock or roster that throws: whoever asks must see it.
      await deliver(response, fullReply(500, "text/plain", `simulator defect: ${String(error)}`), finish);
    }
  };

  // A keep-alive time longer than any test's pause: a connection never closes just when the client uses it again.
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(settings.port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SimulatorError(
      "PORT_UNAVAILABLE",
      `cannot listen on port ${settings.port}: ${reason}. Take another port; 0 is any that is free.`,
      { cause },
    );
  }
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}${version.basePath}`,
    port,
    setTime: (ms) => {
      offsetMs = ms - now();
    },
    requests: () => ({ ...counts }),
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}
