import type { Answer } from "../answer.js";
import { readApiError } from "../api-error.js";
import { type Discovery, type Finding, startDiscovery } from "./discovery.js";
import { plantIds, type Roster } from "./roster.js";

/** Which plant is next, what its answer changes in that, and which answers are wanted in the end. */
export interface Asking {
  next(signal: AbortSignal): number | undefined;
  settle(answer: Answer): void;
  keepNeeded(answers: AsyncIterable<Answer>, signal: AbortSignal): AsyncIterable<Answer>;
}

/** Begins to go through a roster, `concurrency` plants at once. */
export function startAsking(roster: Roster, concurrency: number): Asking {
  if (roster.kind === "list") {
    const ids = plantIds(roster.ranges);
    // Goes on after an abort: each plant of a list is answered for.
    return { next: () => ids.next().value ?? undefined, settle() {}, keepNeeded: (answers) => answers };
  }
  const discovery = startDiscovery({ ...roster, ahead: concurrency });
  return {
    next: (signal) => (signal.aborted ? undefined : discovery.next()),
    settle: ({ plantId, outcome }) => discovery.settle(plantId, findPlant(outcome)),
    keepNeeded: (answers, signal) => keepReached(answers, discovery, signal),
  };
}

/**
 * Holds back what was asked ahead until the walk gets there, and leaves out what it never gets to: how far ahead that
 * was is an accident of timing, and the same museum should give the same answers. After an abort nobody knows how far
 * the walk would have gone, so what there is is given.
 */
async function* keepReached(
  answers: AsyncIterable<Answer>,
  discovery: Discovery,
  signal: AbortSignal,
): AsyncGenerator<Answer, void, void> {
  const ahead = new Map<number, Answer>();
  for await (const answer of answers) {
    ahead.set(answer.plantId, answer);
    for (const [plantId, held] of ahead)
      if (discovery.reaches(plantId)) {
        ahead.delete(plantId);
        yield held;
      }
  }
  if (signal.aborted) yield* ahead.values();
}

/** Anything but a JSON object is no sign of a plant: a login page that is served for every id would never end. */
function findPlant(outcome: Answer["outcome"]): Finding {
  if (outcome.kind !== "answered") return "unclear";
  const error = readApiError(outcome.body);
  if (error === "not_found") return "missing";
  return error === "on_loan" || (error === null && outcome.status === 200 && /^\s*\{/.test(outcome.body))
    ? "plant"
    : "unclear";
}
