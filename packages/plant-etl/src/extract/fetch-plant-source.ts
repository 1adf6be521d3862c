import { type Clock, type Random, systemClock, systemRandom } from "@lmnh/plant-schema/model";
import { parseApiNotice } from "../api-error.js";
import { checkInteger, maxTimerMs } from "../check-options.js";
import type { PlantSource } from "../ports.js";
import type { FailedRequest, PlantResponse } from "../response.js";
import { isTransientStatus, retryDelayMs } from "./backoff.js";
import { checkRetry, checkRoster, parseEndpoint, plantUrls } from "./http-source-options.js";
import { mapConcurrently } from "./map-concurrently.js";
import { createRequestQueue } from "./request-queue.js";
import type { Roster } from "./roster.js";
import { type AttemptResult, type Fetch, sendRequest } from "./send-request.js";
import type { WorkerSlot } from "./worker-slot.js";

/** Where the API is, which plants are requested, and how much time and traffic a request may take. */
export interface HttpPlantSourceOptions {
  /** Plants are at `{baseUrl}/{plantId}`. Credentials in it are sent as basic authentication. */
  readonly baseUrl: string | URL;
  /** The plants to request; see `parseRoster`. */
  readonly roster: Roster;
  /** `systemClock` by default. */
  readonly clock?: Clock | undefined;
  /** `systemRandom` by default. */
  readonly random?: Random | undefined;
  /** Sent with every request, redirects within the origin included. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Concurrent requests, 1…1,000. 8 by default. */
  readonly concurrency?: number | undefined;
  /** Milliseconds for one request, headers and body. 10,000 by default. */
  readonly requestTimeoutMs?: number | undefined;
  /** Maximum bytes of a body after decompression; the rest is cut. 1 MiB by default. */
  readonly maxBodyBytes?: number | undefined;
  /** When a request that failed is sent again. All parts have defaults. */
  readonly retry?:
    | {
        /** Maximum number of attempts, 1…100. 4 by default. */
        readonly attempts?: number | undefined;
        /** Milliseconds; the maximum delay doubles from here with each attempt. 500 by default. */
        readonly baseDelayMs?: number | undefined;
        /** Milliseconds; upper bound of the doubled delay. 8,000 by default. */
        readonly maxDelayMs?: number | undefined;
        /** Milliseconds; a longer `Retry-After` ends the attempts. 30,000 by default. */
        readonly maxRetryAfterMs?: number | undefined;
      }
    | undefined;
}

/** The options of `httpPlantSource`, and the fetch that sends the requests. */
export interface FetchPlantSourceOptions extends HttpPlantSourceOptions {
  /** Sends every request, with `redirect: "manual"` and a signal that it must honour. */
  readonly fetch: Fetch;
}

export const defaultConcurrency = 8;

/** Consecutive plants for which the address was unreachable before the others are not requested. */
const unreachableAfter = 10;

/**
 * The museum's API over a fetch of the caller's. Responses are yielded in any order. Time-outs, network errors, 408, 425, 429 and 5xx are
 * retried. A body is decoded, but not interpreted, except for the API's own errors.
 *
 * @throws PlantEtlError `OPTION_INVALID` for an invalid option
 *
 * @example
 * ```ts
 * import { parseRoster } from "@lmnh/plant-etl";
 * import { fetchPlantSource } from "@lmnh/plant-etl/fetch";
 *
 * const source = fetchPlantSource({
 *   fetch: globalThis.fetch,
 *   baseUrl: "https://example.org/plants",
 *   roster: parseRoster("1-50,60"),
 * });
 * for await (const { plantId, outcome } of source.responses(AbortSignal.timeout(60_000)))
 *   console.log(plantId, outcome.kind);
 * ```
 */
export function fetchPlantSource(options: FetchPlantSourceOptions): PlantSource {
  const { clock = systemClock, random = systemRandom } = options;
  const { baseUrl, headers } = parseEndpoint(options.baseUrl, options.headers);
  const urlOf = plantUrls(baseUrl);
  const roster = checkRoster(options.roster);
  const concurrency = checkInteger("concurrency", options.concurrency ?? defaultConcurrency, 1, 1000);
  const retry = checkRetry(options.retry);
  const requestOptions = {
    fetch: options.fetch,
    headers,
    requestTimeoutMs: checkInteger("requestTimeoutMs", options.requestTimeoutMs ?? 10_000, 1, maxTimerMs),
    maxBodyBytes: checkInteger("maxBodyBytes", options.maxBodyBytes ?? 1_048_576, 1, 1_073_741_824),
  };

  return {
    responses(signal) {
      const queue = createRequestQueue(roster, concurrency);
      const reachability = watchReachability();

      async function requestPlant(plantId: number, slot: WorkerSlot): Promise<PlantResponse> {
        const { attempts, outcome } = await sendWithRetries(plantId, slot);
        const response = { plantId, receivedAt: new Date(clock.now()).toISOString(), attempts, outcome };
        queue.complete(response);
        return response;
      }

      async function sendWithRetries(
        plantId: number,
        slot: WorkerSlot,
      ): Promise<Pick<PlantResponse, "attempts" | "outcome">> {
        if (slot.stopped)
          return { attempts: 0, outcome: fail("aborted", "stopped before a request was sent") };
        const unreachable = reachability.unreachable();
        if (unreachable !== undefined) return { attempts: 0, outcome: unreachable };

        const url = urlOf(plantId);
        for (let attempts = 1; ; attempts++) {
          const result = await sendRequest(url, requestOptions, slot);
          const delayMs = retryDelayMs(result, attempts, retry, clock.now(), random);
          if (delayMs === undefined) {
            const outcome = toOutcome(result, attempts);
            reachability.record(result, outcome);
            return { attempts, outcome };
          }
          if (result.kind !== "failed") reachability.markReachable();
          if (!(await wait(delayMs, slot)))
            return { attempts, outcome: fail("aborted", "stopped before a response was received") };
        }
      }

      async function wait(delayMs: number, slot: WorkerSlot): Promise<boolean> {
        try {
          await clock.sleep(delayMs, slot.signal());
        } catch (error) {
          if (!slot.stopped) throw error;
        }
        return !slot.stopped;
      }

      const responses = mapConcurrently(
        { concurrency, next: () => queue.next(signal), work: requestPlant },
        signal,
      );
      return queue.keepNeeded(responses, signal);
    },
  };
}

/** The outcome for a plant after its last attempt. */
function toOutcome(result: AttemptResult, attempts: number): PlantResponse["outcome"] {
  const afterAttempts = attempts === 1 ? "after 1 attempt" : `after ${attempts} attempts`;
  if (result.kind === "failed") {
    const wasRetried = result.code === "timeout" || result.code === "network";
    return fail(result.code, wasRetried ? `${result.message} ${afterAttempts}` : result.message);
  }
  const { retryAfter: _retryAfter, ...outcome } = result;
  const { status } = outcome;
  const apiError = outcome.kind === "received" && status !== 200 ? parseApiNotice(outcome.body) : null;
  if (isTransientStatus(status) && apiError !== "sensor_fault")
    return fail("status", `HTTP status ${status} ${afterAttempts}`);
  if ((status === 401 || status === 403) && apiError === null)
    return fail(
      "unauthorized",
      status === 401
        ? "HTTP status 401: the API requires a login, or does not know the one it was given"
        : "HTTP status 403: the API does not admit this login or this machine",
    );
  return outcome;
}

/** Detects an address that is unreachable or refuses every request, so that not every plant uses up all its attempts. */
function watchReachability() {
  let isReachable = false;
  let consecutive = 0;
  let failure: FailedRequest | undefined;
  const markReachable = () => {
    isReachable = true;
  };
  return {
    /** The address returned something. */
    markReachable,
    record(result: AttemptResult, outcome: PlantResponse["outcome"]) {
      const isRefused = outcome.kind === "failed" && outcome.code === "unauthorized";
      if (result.kind !== "failed" && !isRefused) markReachable();
      consecutive = isRefused || (result.kind === "failed" && result.unreachable) ? consecutive + 1 : 0;
      if (!isReachable && consecutive >= unreachableAfter && outcome.kind === "failed") failure ??= outcome;
    },
    /** The failure to return for every further plant, if the address is unreachable. */
    unreachable: () => failure,
  };
}

function fail(code: FailedRequest["code"], message: string): FailedRequest {
  return { kind: "failed", code, message };
}
