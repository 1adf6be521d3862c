/** Whether a plant exists, by its response. Failures, sensor faults and the like are `unclear`. */
export type Finding = "plant" | "missing" | "unclear";

export interface DiscoveryOptions {
  /** The first id. */
  readonly from: number;
  /** The last id that may be requested. */
  readonly upTo: number;
  /** Consecutive missing ids that end the discovery. */
  readonly stopAfter: number;
  /** Number of ids that may be requested before it is certain that they are needed. */
  readonly prefetch: number;
}

/** Finds plants by their ids. Requests may overlap and complete in any order; findings are evaluated in id order. */
export interface Discovery {
  /** The next id to request; `undefined` if there is none at the moment, which a finding may change. */
  next(): number | undefined;
  /** Records the finding for an id that `next` returned. */
  complete(id: number, finding: Finding): void;
  /** Whether the id is needed by the findings so far; `false` for an id that was only prefetched. */
  isNeeded(id: number): boolean;
}

/**
 * Proceeds upward until `stopAfter` consecutive ids are missing. An unclear id neither counts as missing nor resets that
 * count; but `stopAfter + prefetch` consecutive unclear ids end the discovery, because the API itself is unavailable then.
 */
export function startDiscovery({ from, upTo, stopAfter, prefetch }: DiscoveryOptions): Discovery {
  const findings = new Map<number, Finding>();
  let nextId = from;
  let nextToEvaluate = from;
  let missing = 0;
  let unclear = 0;
  const stopped = () => missing >= stopAfter || unclear >= stopAfter + prefetch;

  // Even if all ids without a finding were missing, every id below this one would be requested.
  const neededBelow = () => (stopped() ? nextToEvaluate : nextToEvaluate + stopAfter - missing);

  return {
    next() {
      if (stopped() || nextId > upTo || nextId >= neededBelow() + prefetch) return undefined;
      return nextId++;
    },
    isNeeded: (id) => id < neededBelow(),
    complete(id, finding) {
      findings.set(id, finding);
      while (!stopped()) {
        const next = findings.get(nextToEvaluate);
        if (next === undefined) return;
        findings.delete(nextToEvaluate);
        nextToEvaluate++;
        if (next === "plant") missing = 0;
        if (next === "missing") missing++;
        unclear = next === "unclear" ? unclear + 1 : 0;
      }
    },
  };
}
