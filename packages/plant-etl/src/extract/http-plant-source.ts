import { readApiError } from "../api-error.js";
import type { Clock, PlantSource, Random } from "../ports.js";
import type { FailedRequest, PlantResponse } from "../response.js";
import { isTransientStatus, planRetry } from "./backoff.js";
import {
  checkInteger,
  checkRetry,
  checkRoster,
  longestTimer,
  plantUrls,
  readEndpoint,
} from "./http-source-options.js";
import { keepAliveFetch } from "./keep-alive-fetch.js";
import { mapConcurrently } from "./map-concurrently.js";
import { createRequestQueue } from "./request-queue.js";
import type { Roster } from "./roster.js";
import { type AttemptResult, type Fetch, sendRequest } from "./send-request.js";
import type { WorkerSlot } from "./worker-slot.js";

export interface HttpPlantSourceOptions {
  /** `{baseUrl}/{plantId}` is asked. Credentials in it are sent as basic authentication. */
  readonly baseUrl: string | URL;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly random: Random;
  /** Any WHATWG fetch that honours `signal`. cross-fetch with connections kept open by default. */
  readonly fetch?: Fetch;
  /** Sent with every request, redirects within the origin included. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Requests under way at once, 1…1,000. 8 by default. */
  readonly concurrency?: number;
  /** Milliseconds for one request, headers and body. 10,000 by default. */
  readonly requestTimeoutMs?: number;
  /** Bytes of a body after decompression that are read at most; the rest is cut. 1 MiB by default. */
  readonly maxBodyBytes?: number;
  readonly retry?: {
    /** Tries in all, 1…100. 4 by default. */
    readonly attempts?: number;
    /** Milliseconds; the longest wait doubles from here with each try. 500 by default. */
    readonly baseDelayMs?: number;
    /** Milliseconds up to which it doubles. 8,000 by default. */
    readonly maxDelayMs?: number;
    /** Milliseconds; when the API asks for a longer wait than this, there is no other try. 30,000 by default. */
    readonly maxRetryAfterMs?: number;
  };
}

/** Plants in a row that must find nobody at the address before the others are not tried. */
const unreachableAfter = 10;

/**
 * The museum's API over HTTP. Answers come in any order. Time-outs, network errors, 408, 425, 429 and 5xx are tried
 * again; a body is decoded, but its content is not examined except for the API's own errors.
 *
 * @throws PlantEtlError `OPTION_INVALID` for an option that cannot be
 */
export function httpPlantSource(options: HttpPlantSourceOptions): PlantSource {
  const { clock, random } = options;
  const { baseUrl, headers } = readEndpoint(options.baseUrl, options.headers);
  const urlOf = plantUrls(baseUrl);
  const roster = checkRoster(options.roster);
  const concurrency = checkInteger("concurrency", options.concurrency ?? 8, 1, 1000);
  const retry = checkRetry(options.retry);
  const trySettings = {
    fetch: options.fetch ?? keepAliveFetch({ maxSockets: concurrency }),
    headers,
    requestTimeoutMs: checkInteger("requestTimeoutMs", options.requestTimeoutMs ?? 10_000, 1, longestTimer),
    maxBodyBytes: checkInteger("maxBodyBytes", options.maxBodyBytes ?? 1_048_576, 1, 1_073_741_824),
  };

  return {
    responses(signal) {
      const queue = createRequestQueue(roster, concurrency);
      const reach = watchReach();

      async function ask(plantId: number, slot: WorkerSlot): Promise<PlantResponse> {
        const { attempts, outcome } = await sendWithRetries(plantId, slot);
        const response = { plantId, receivedAt: new Date(clock.now()).toISOString(), attempts, outcome };
        queue.complete(response);
        return response;
      }

      async function sendWithRetries(
        plantId: number,
        slot: WorkerSlot,
      ): Promise<Pick<PlantResponse, "attempts" | "outcome">> {
        if (slot.stopped) return { attempts: 0, outcome: fail("aborted", "stopped before it was asked") };
        const nobodyThere = reach.nobodyThere();
        if (nobodyThere !== undefined) return { attempts: 0, outcome: nobodyThere };

        const url = urlOf(plantId);
        for (let attempts = 1; ; attempts++) {
          const result = await sendRequest(url, trySettings, slot);
          const delayMs = planRetry(result, attempts, retry, clock.now(), random);
          if (delayMs === undefined) {
            const outcome = concludeAttempts(result, attempts);
            reach.conclude(result, outcome);
            return { attempts, outcome };
          }
          if (result.kind !== "failed") reach.prove();
          if (!(await wait(delayMs, slot)))
            return { attempts, outcome: fail("aborted", "stopped before an answer came") };
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

      const responses = mapConcurrently({ concurrency, next: () => queue.next(signal), work: ask }, signal);
      return queue.keepNeeded(responses, signal);
    },
  };
}

/** What a plant ends with when its last try is done. */
function concludeAttempts(result: AttemptResult, attempts: number): PlantResponse["outcome"] {
  const tries = attempts === 1 ? "1 try" : `${attempts} tries`;
  if (result.kind === "failed") {
    const tried = result.code === "timeout" || result.code === "network" ? ` after ${tries}` : "";
    return fail(result.code, `${result.message}${tried}`);
  }
  const { retryAfter: _retryAfter, ...outcome } = result;
  const { status } = outcome;
  const apiError = outcome.kind === "answered" && status !== 200 ? readApiError(outcome.body) : null;
  if (isTransientStatus(status) && apiError !== "sensor_fault")
    return fail("status", `${status} from the API after ${tries}`);
  if ((status === 401 || status === 403) && apiError === null)
    return fail("unauthorized", `${status} from the API: it needs a login`);
  return outcome;
}

/** Notices that nobody is at the address, so that not every plant has to find it out with all its tries. */
function watchReach() {
  let proven = false;
  let inARow = 0;
  let verdict: FailedRequest | undefined;
  const prove = () => {
    proven = true;
  };
  return {
    /** Something came from the address, whatever it was. */
    prove,
    conclude(result: AttemptResult, outcome: PlantResponse["outcome"]) {
      if (result.kind !== "failed") prove();
      inARow = result.kind === "failed" && result.unreachable ? inARow + 1 : 0;
      if (!proven && inARow >= unreachableAfter && outcome.kind === "failed") verdict ??= outcome;
    },
    nobodyThere: () => verdict,
  };
}

function fail(code: FailedRequest["code"], message: string): FailedRequest {
  return { kind: "failed", code, message };
}
