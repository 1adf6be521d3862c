/** @typedef {{ median: number, min: number, max: number }} Spread */

/** @param {readonly number[]} values at least one */
export function spreadOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/**
 * The spread of each measure, and of its ratio to the alternative's value of the same round: a slow minute of the machine
 * slows both.
 *
 * @param {readonly Record<string, Record<string, number>>[]} rounds the figures by way, for each round
 * @param {{ alternative: string, measures: Record<string, { compared?: boolean }> }} benchmark
 */
export function summarizeRounds(rounds, { alternative, measures }) {
  return Object.keys(rounds[0]).map((way) => ({
    way,
    measures: Object.fromEntries(
      Object.entries(measures).map(([key, { compared = false }]) => [
        key,
        {
          ...spreadOf(rounds.map((round) => round[way][key])),
          ...(compared && {
            ratio: spreadOf(rounds.map((round) => round[way][key] / round[alternative][key])),
          }),
        },
      ]),
    ),
  }));
}

/** The items in an order that begins with another one in each round, so that none always follows the same one. */
export function rotate(items, round) {
  const first = round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
