import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { museumSeed } from "@lmnh/plant-schema/seed";
import { versionSpecs } from "./api-version.js";
import { SimulatorError } from "./errors.js";
import { unit } from "./hash.js";
import { readOptions, type SimulatorOptions } from "./options.js";
import { livePlantApi, recordedPlantApi } from "./plant-api.js";
import { plantFaultsOf } from "./plant-faults.js";
import { fullReply } from "./reply.js";
import { createRequestHandler } from "./request-handler.js";
import { rosterOf, shippedRoster } from "./roster.js";
import { createSemaphore } from "./semaphore.js";
import { pause, sendReply } from "./send-reply.js";
import { ditherTimer } from "./timer-dither.js";

/** A simulated API that listens. */
export interface Simulator {
  /** The base URL: plant 8 is at `${url}/8`. */
  readonly url: string;
  /** The port it listens on, also if it was chosen. */
  readonly port: number;
  /** Sets the clock to milliseconds since the epoch. It advances as `now` does. */
  setTime(ms: number): void;
  /** What was requested so far. */
  requests(): RequestCounts;
  /** Closes the server and every connection, hanging ones included. */
  close(): Promise<void>;
}

/** Numbers of requests since the start. */
export interface RequestCounts {
  /** All requests, those in progress included. */
  readonly count: number;
  /** Requests in progress, waiting ones included. */
  readonly open: number;
  /** Maximum of `open`. With a latency of 0 it does not show the concurrency limit of a client. */
  readonly maxOpen: number;
}

/**
 * Starts a simulated API on 127.0.0.1. Rejects with `SimulatorError`: `OPTION_INVALID`, or `PORT_UNAVAILABLE` if the
 * port is in use or not permitted.
 *
 * @example
 * ```ts
 * import { createSimulator } from "@lmnh/museum-simulator";
 *
 * const simulator = await createSimulator({
 *   latencyMs: [0, 0],
 *   script: { 9: { kind: "hang" } },
 * });
 * await fetch(`${simulator.url}/8`);
 * await simulator.close();
 * ```
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = readOptions(options);
  const { apiVersion, seed, now, latencyMs } = settings;
  const version = versionSpecs[apiVersion];
  const roster = settings.plants
    ? rosterOf(version, settings.plants)
    : shippedRoster(version, museumSeed().plants, settings.plantCount);
  const plantApi = settings.responses
    ? recordedPlantApi(settings.responses)
    : livePlantApi(apiVersion, seed, roster, settings.anomalies, (plantId) => ({
        faults: plantFaultsOf(settings.plantFaults, plantId),
        wateringJitterMinutes: settings.wateringJitterMinutes,
      }));
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
    let isServed = false;
    let isOver = false;
    const finish = () => {
      if (isOver) return;
      isOver = true;
      counts.open -= 1;
      if (isServed) slots.release();
    };
    response.once("close", finish);
    try {
      await slots.acquire();
      isServed = true;
      // The client disconnected while it waited.
      if (isOver) return slots.release();
      const dueMs = performance.now() + waitMs;
      const reply = respond(request.method ?? "", request.url ?? "", Math.floor(now() + offsetMs));
      // The time to create the reply is part of the latency.
      if (waitMs > 0)
        await pause(response, ditherTimer(dueMs - performance.now(), unit("timer", seed, number)));
      if (isOver) return;
      await sendReply(response, reply, finish);
    } catch (error) {
      if (response.destroyed) return;
      // A bug, or a clock or roster that throws: the client must see it.
      await sendReply(
        response,
        fullReply(500, "text/plain", `internal error of the simulator: ${String(error)}`),
        finish,
      );
    }
  };

  // Longer than any pause of a test, so that no connection closes at the moment of its reuse.
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
      `cannot listen on port ${settings.port}: ${reason}. Choose another port, or 0 for a free one.`,
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
