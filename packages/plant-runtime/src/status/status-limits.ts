/** Clocks differ, as for the quality flag `futureTime`. */
export const futureToleranceMs = 120_000;

/** Rows of a list; a status shows fewer. */
export const maxListed = 101;
