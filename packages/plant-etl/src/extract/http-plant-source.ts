import type { Answer, Failed } from "../answer.js";
import { readApiError } from "../api-error.js";
import type { Clock, PlantSource, Random } from "../ports.js";
import { startAsking } from "./asking.js";
import { keepAliveFetch } from "./default-fetch.js";
import { mapConcurrently } from "./map-concurrently.js";
import type { Place } from "./place.js";
import { isPassingStatus, planRetry } from "./retry.js";
import type { Roster } from "./roster.js";
import {
  checkRetry,
  checkRoster,
  checkWhole,
  longestTimer,
  plantUrls,
  readEndpoint,
} from "./source-settings.js";
import { type Fetch, type TryResult, tryOnce } from "./try-once.js";

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
  const concurrency = checkWhole("concurrency", options.concurrency ?? 8, 1, 1000);
  const retry = checkRetry(options.retry);
  const trySettings = {
    fetch: options.fetch ?? keepAliveFetch({ maxSockets: concurrency }),
    headers,
    requestTimeoutMs: checkWhole("requestTimeoutMs", options.requestTimeoutMs ?? 10_000, 1, longestTimer),
    maxBodyBytes: checkWhole("maxBodyBytes", options.maxBodyBytes ?? 1_048_576, 1, 1_073_741_824),
  };

  return {
    answers(signal) {
      const asking = startAsking(roster, concurrency);
      const reach = watchReach();

      async function ask(plantId: number, place: Place): Promise<Answer> {
        const { attempts, outcome } = await tryUntilSettled(plantId, place);
        const answer = { plantId, receivedAt: new Date(clock.now()).toISOString(), attempts, outcome };
        asking.settle(answer);
        return answer;
      }

      async function tryUntilSettled(
        plantId: number,
        place: Place,
      ): Promise<Pick<Answer, "attempts" | "outcome">> {
        if (place.stopped) return { attempts: 0, outcome: fail("aborted", "stopped before it was asked") };
        const nobodyThere = reach.nobodyThere();
        if (nobodyThere !== undefined) return { attempts: 0, outcome: nobodyThere };

        const url = urlOf(plantId);
        for (let attempts = 1; ; attempts++) {
          const result = await tryOnce(url, trySettings, place);
          const delayMs = planRetry(result, attempts, retry, clock.now(), random);
          if (delayMs === undefined) {
            const outcome = concludeTries(result, attempts);
            reach.conclude(result, outcome);
            return { attempts, outcome };
          }
          if (result.kind !== "failed") reach.prove();
          if (!(await wait(delayMs, place)))
            return { attempts, outcome: fail("aborted", "stopped before an answer came") };
        }
      }

      async function wait(delayMs: number, place: Place): Promise<boolean> {
        try {
          await clock.sleep(delayMs, place.signal());
        } catch (error) {
          if (!place.stopped) throw error;
        }
        return !place.stopped;
      }

      const answers = mapConcurrently({ concurrency, next: () => asking.next(signal), work: ask }, signal);
      return asking.keepNeeded(answers, signal);
    },
  };
}

/** What a plant ends with when its last try is done. */
function concludeTries(result: TryResult, attempts: number): Answer["outcome"] {
  const tries = attempts === 1 ? "1 try" : `${attempts} tries`;
  if (result.kind === "failed") {
    const tried = result.code === "timeout" || result.code === "network" ? ` after ${tries}` : "";
    return fail(result.code, `${result.message}${tried}`);
  }
  const { retryAfter: _retryAfter, ...outcome } = result;
  const { status } = outcome;
  const apiError = outcome.kind === "answered" && status !== 200 ? readApiError(outcome.body) : null;
  if (isPassingStatus(status) && apiError !== "sensor_fault")
    return fail("status", `${status} from the API after ${tries}`);
  if ((status === 401 || status === 403) && apiError === null)
    return fail("unauthorized", `${status} from the API: it needs a login`);
  return outcome;
}

/** Notices that nobody is at the address, so that not every plant has to find it out with all its tries. */
function watchReach() {
  let proven = false;
  let inARow = 0;
  let verdict: Failed | undefined;
  const prove = () => {
    proven = true;
  };
  return {
    /** Something came from the address, whatever it was. */
    prove,
    conclude(result: TryResult, outcome: Answer["outcome"]) {
      if (result.kind !== "failed") prove();
      inARow = result.kind === "failed" && result.unreachable ? inARow + 1 : 0;
      if (!proven && inARow >= unreachableAfter && outcome.kind === "failed") verdict ??= outcome;
    },
    nobodyThere: () => verdict,
  };
}

function fail(code: Failed["code"], message: string): Failed {
  return { kind: "failed", code, message };
}
