import { parseApiNotice } from "../api-error.js";
import type { PlantResponse } from "../response.js";
import { type Discovery, type Finding, startDiscovery } from "./discovery.js";
import { plantIds, type Roster } from "./roster.js";

/** The plants to request, and a filter of their responses. */
export interface RequestQueue {
  next(signal: AbortSignal): number | undefined;
  complete(response: PlantResponse): void;
  keepNeeded(responses: AsyncIterable<PlantResponse>, signal: AbortSignal): AsyncIterable<PlantResponse>;
}

/** Queues the plants of a roster. `concurrency` is the number of requests in progress at once. */
export function createRequestQueue(roster: Roster, concurrency: number): RequestQueue {
  if (roster.kind === "list") {
    const ids = plantIds(roster.ranges);
    // Continues after an abort: each plant of a list gets a response.
    return { next: () => ids.next().value ?? undefined, complete() {}, keepNeeded: (responses) => responses };
  }
  const discovery = startDiscovery({ ...roster, prefetch: concurrency });
  return {
    next: (signal) => (signal.aborted ? undefined : discovery.next()),
    complete: ({ plantId, outcome }) => discovery.complete(plantId, toFinding(outcome)),
    keepNeeded: (responses, signal) => keepNeeded(responses, discovery, signal),
  };
}

/**
 * Delays prefetched responses until their ids are needed, and drops those beyond the stopping point: how many there are
 * depends on timing, and two runs over the same data must give the same result. After an abort the stopping point is
 * unknown, so all responses are yielded.
 */
async function* keepNeeded(
  responses: AsyncIterable<PlantResponse>,
  discovery: Discovery,
  signal: AbortSignal,
): AsyncGenerator<PlantResponse, void, void> {
  const prefetched = new Map<number, PlantResponse>();
  for await (const response of responses) {
    prefetched.set(response.plantId, response);
    for (const [plantId, delayed] of prefetched)
      if (discovery.isNeeded(plantId)) {
        prefetched.delete(plantId);
        yield delayed;
      }
  }
  if (signal.aborted) yield* prefetched.values();
}

/** Only a JSON object is a plant: with a login page for every id, discovery would never end. */
function toFinding(outcome: PlantResponse["outcome"]): Finding {
  if (outcome.kind !== "received") return "unclear";
  const error = parseApiNotice(outcome.body);
  if (error === "not_found") return "missing";
  return error === "on_loan" || (error === null && outcome.status === 200 && /^\s*\{/.test(outcome.body))
    ? "plant"
    : "unclear";
}
