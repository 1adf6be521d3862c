import { readApiError } from "../api-error.js";
import type { PlantResponse } from "../response.js";
import { type Discovery, type Finding, startDiscovery } from "./discovery.js";
import { plantIds, type Roster } from "./roster.js";

/** Which plant is next, what its answer changes in that, and which answers are wanted in the end. */
export interface RequestQueue {
  next(signal: AbortSignal): number | undefined;
  complete(response: PlantResponse): void;
  keepNeeded(responses: AsyncIterable<PlantResponse>, signal: AbortSignal): AsyncIterable<PlantResponse>;
}

/** Begins to go through a roster, `concurrency` plants at once. */
export function createRequestQueue(roster: Roster, concurrency: number): RequestQueue {
  if (roster.kind === "list") {
    const ids = plantIds(roster.ranges);
    // Goes on after an abort: each plant of a list is answered for.
    return { next: () => ids.next().value ?? undefined, complete() {}, keepNeeded: (responses) => responses };
  }
  const discovery = startDiscovery({ ...roster, ahead: concurrency });
  return {
    next: (signal) => (signal.aborted ? undefined : discovery.next()),
    complete: ({ plantId, outcome }) => discovery.complete(plantId, findPlant(outcome)),
    keepNeeded: (responses, signal) => keepReached(responses, discovery, signal),
  };
}

/**
 * Holds back what was asked ahead until the walk gets there, and leaves out what it never gets to: how far ahead that
 * was is an accident of timing, and the same museum should give the same answers. After an abort nobody knows how far
 * the walk would have gone, so what there is is given.
 */
async function* keepReached(
  responses: AsyncIterable<PlantResponse>,
  discovery: Discovery,
  signal: AbortSignal,
): AsyncGenerator<PlantResponse, void, void> {
  const ahead = new Map<number, PlantResponse>();
  for await (const response of responses) {
    ahead.set(response.plantId, response);
    for (const [plantId, held] of ahead)
      if (discovery.reaches(plantId)) {
        ahead.delete(plantId);
        yield held;
      }
  }
  if (signal.aborted) yield* ahead.values();
}

/** Anything but a JSON object is no sign of a plant: a login page that is served for every id would never end. */
function findPlant(outcome: PlantResponse["outcome"]): Finding {
  if (outcome.kind !== "answered") return "unclear";
  const error = readApiError(outcome.body);
  if (error === "not_found") return "missing";
  return error === "on_loan" || (error === null && outcome.status === 200 && /^\s*\{/.test(outcome.body))
    ? "plant"
    : "unclear";
}
