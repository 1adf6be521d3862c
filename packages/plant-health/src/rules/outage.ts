import type { DetailOf } from "../model/alert.js";

/** What is known of the plants from which readings are expected. */
export interface Arrivals {
  readonly plants: number;
  /** Plants without a reading for the time of silence. */
  readonly silentPlants: number;
  readonly newestReadingMs: number | null;
  /** Runs that ended within the time of silence. */
  readonly recentRuns: number;
}

interface OutageOptions {
  readonly nowMs: number;
  readonly silenceMs: number;
  readonly outageShare: number;
}

/** A pull in progress, or the first one after a pause, has not reached every plant yet. */
const leastRuns = 3;

/** No readings arrive at all, or more than half of the plants are silent. `null` if there is no outage. */
export function judgeOutage(
  { plants, silentPlants, newestReadingMs, recentRuns }: Arrivals,
  isOpen: boolean,
  { nowMs, silenceMs, outageShare }: OutageOptions,
): { readonly startedMs: number; readonly detail: DetailOf<"outage"> } | null {
  // The readings before a long outage may be in the archive only: that ends no outage.
  const isQuiet = newestReadingMs === null ? isOpen : nowMs - newestReadingMs >= silenceMs;
  // It ends when half as many are silent as it takes to begin.
  const share = isOpen ? outageShare / 2 : outageShare;
  const isPartial = silentPlants > share * plants && (isOpen || recentRuns >= leastRuns);
  if (!isQuiet && !isPartial) return null;
  return {
    startedMs: isQuiet && newestReadingMs !== null ? newestReadingMs : nowMs - silenceMs,
    detail: { rule: "outage", plants, silentPlants, newestReadingMs },
  };
}
