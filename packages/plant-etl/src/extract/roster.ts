import { PlantEtlError } from "../errors.js";

/** The plants to request: ranges of ids, both ends included, or those found by discovery upward from an id. */
export type Roster =
  | { readonly kind: "list"; readonly ranges: readonly IdRange[] }
  | {
      readonly kind: "discover";
      readonly from: number;
      /** Consecutive ids without a plant that end the discovery. */
      readonly stopAfter: number;
      /** The last id that may be requested. */
      readonly upTo: number;
    };

/** A range of plant ids, both ends included: 0 ≤ `from` ≤ `to` ≤ 2,147,483,647. */
export type IdRange = readonly [from: number, to: number];

/** The maximum of the INT column in the database. */
export const maxPlantId = 2_147_483_647;

/**
 * Parses a list such as `1-50,60`. Ids are 0…2,147,483,647; spaces are allowed, and order and repetition do not matter.
 * Throws `OPTION_INVALID` with the position of a syntax error, and for more than 1,000,000 plants.
 */
export function parseRoster(text: string): Roster & { kind: "list" } {
  const ranges: IdRange[] = [];
  let offset = 0;
  for (const part of text.split(",")) {
    ranges.push(parseRange(part, (problem) => syntaxError(text, offset + part.search(/\S|$/) + 1, problem)));
    offset += part.length + 1;
  }
  return listRoster(ranges);
}

/** Throws `OPTION_INVALID` for more than 1,000,000 plants: a run yields a response for each, also if it is stopped early. */
export function listRoster(unmerged: readonly IdRange[]): Roster & { kind: "list" } {
  const ranges = mergeRanges(unmerged);
  const plants = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (plants > maxListed)
    throw new PlantEtlError(
      "OPTION_INVALID",
      "abort",
      `The list has ${plants} plants; a run can have at most ${maxListed}. Split the list.`,
    );
  return { kind: "list", ranges };
}

const maxListed = 1_000_000;

/** Every id of the ranges, in their order. */
export function* plantIds(ranges: readonly IdRange[]): Generator<number, void, void> {
  for (const [from, to] of ranges) for (let id = from; id <= to; id++) yield id;
}

/** Sorts ranges, and merges overlapping and adjacent ones. */
export function mergeRanges(ranges: readonly IdRange[]): IdRange[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/**
 * Formats ids as ranges: `1-3,7`. Order and repetition do not matter; `""` for none. Beyond `limit` ranges it counts the
 * remaining ids: `1-3,7 and 5 more`.
 */
export function formatRanges(ids: Iterable<number>, limit = Number.POSITIVE_INFINITY): string {
  const ranges = mergeRanges([...ids].map((id) => [id, id]));
  const more = ranges.slice(limit).reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const written = ranges
    .slice(0, limit)
    .map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
    .join(",");
  return more === 0 ? written : `${written} and ${more} more`;
}

function parseRange(part: string, fail: (problem: string) => PlantEtlError): IdRange {
  const [, first, second] = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part) ?? [];
  if (first === undefined) {
    const found = part.trim();
    throw fail(
      `must be an id or a range such as 1-50, not ${found === "" ? "nothing" : JSON.stringify(found)}`,
    );
  }
  const from = Number(first);
  const to = Number(second ?? first);
  if (Math.max(from, to) > maxPlantId) throw fail(`the largest id is ${maxPlantId}`);
  if (from > to) throw fail(`the range ${from}-${to} runs backward; write ${to}-${from}`);
  return [from, to];
}

function syntaxError(text: string, position: number, problem: string): PlantEtlError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new PlantEtlError(
    "OPTION_INVALID",
    "abort",
    `The list of plants ${JSON.stringify(shown)} is invalid at character ${position}: ${problem}.`,
  );
}
