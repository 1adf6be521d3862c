/** What an answer tells of whether its plant exists. Failures, sensor faults and the like are `unclear`. */
export type Finding = "plant" | "missing" | "unclear";

export interface DiscoveryOptions {
  /** The first id. */
  readonly from: number;
  /** The last id that may be asked. */
  readonly upTo: number;
  /** Missing ids in a row that end the walk. */
  readonly stopAfter: number;
  /** How many ids may be asked beyond those that are needed for certain. */
  readonly ahead: number;
}

/** A walk over ids that are asked several at once, answered in any order and judged in id order. */
export interface Discovery {
  /** The next id to ask; `undefined` when none is to be asked now, which a finding may change. */
  next(): number | undefined;
  /** Says what was found at an id that `next` gave. */
  complete(id: number, finding: Finding): void;
  /** Whether the walk goes to this id, as far as is known by now; others were asked ahead, perhaps in vain. */
  reaches(id: number): boolean;
}

/**
 * Walks upward until `stopAfter` ids in a row are missing. What is unclear neither counts as missing nor ends a row of
 * missing ids; but `stopAfter + ahead` unclear ids in a row end the walk, because then it is the API that is missing.
 */
export function startDiscovery({ from, upTo, stopAfter, ahead }: DiscoveryOptions): Discovery {
  const settled = new Map<number, Finding>();
  let toAsk = from;
  let toJudge = from;
  let missing = 0;
  let unclear = 0;
  const stopped = () => missing >= stopAfter || unclear >= stopAfter + ahead;

  // Even if all that is not known yet were missing, every id below this one had to be asked.
  const neededBelow = () => (stopped() ? toJudge : toJudge + stopAfter - missing);

  return {
    next() {
      if (stopped() || toAsk > upTo || toAsk >= neededBelow() + ahead) return undefined;
      return toAsk++;
    },
    reaches: (id) => id < neededBelow(),
    complete(id, finding) {
      settled.set(id, finding);
      for (let next = settled.get(toJudge); next !== undefined && !stopped(); next = settled.get(toJudge)) {
        settled.delete(toJudge);
        toJudge++;
        if (next === "plant") missing = 0;
        if (next === "missing") missing++;
        unclear = next === "unclear" ? unclear + 1 : 0;
      }
    },
  };
}
