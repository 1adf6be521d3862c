import { PlantEtlError } from "../errors.js";

/** Which plants to ask for: ranges of ids, both ends included, or whatever is found walking upward from an id. */
export type Roster =
  | { readonly kind: "list"; readonly ranges: readonly IdRange[] }
  | {
      readonly kind: "discover";
      readonly from: number;
      /** Ids in a row that do not exist, after which the walk ends. */
      readonly stopAfter: number;
      /** The last id that may be asked for. */
      readonly upTo: number;
    };

export type IdRange = readonly [from: number, to: number];

/** The largest id there can be: the database holds it as INT. */
export const maxPlantId = 2_147_483_647;

/**
 * Reads a list such as `1-50,60`. Ids are 0…2,147,483,647; spaces are allowed, order does not matter and a plant
 * that is named twice counts once. Throws `OPTION_INVALID` with the place of what cannot be read, and for more than
 * 1,000,000 plants.
 */
export function parseRoster(text: string): Roster & { kind: "list" } {
  const ranges: IdRange[] = [];
  let slot = 0;
  for (const part of text.split(",")) {
    ranges.push(parseRange(part, (problem) => refuse(text, slot + part.search(/\S|$/) + 1, problem)));
    slot += part.length + 1;
  }
  return listRoster(ranges);
}

/** Throws `OPTION_INVALID` for more plants than a run answers for, which it does for each, also when it is stopped early. */
export function listRoster(named: readonly IdRange[]): Roster & { kind: "list" } {
  const ranges = mergeRanges(named);
  const plants = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (plants > maxListed)
    throw new PlantEtlError(
      "OPTION_INVALID",
      "abort",
      `The list has ${plants} plants; a run takes at most ${maxListed}. Split the list.`,
    );
  return { kind: "list", ranges };
}

const maxListed = 1_000_000;

/** Every id of the ranges in their order, made one by one. */
export function* plantIds(ranges: readonly IdRange[]): Generator<number, void, void> {
  for (const [from, to] of ranges) for (let id = from; id <= to; id++) yield id;
}

/** Sorted, with overlapping and adjacent ranges made one. */
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
 * Writes ids in short: `1-3,7`. Order and repetition do not matter; `""` for none. Of more ranges than `limit` the first
 * are written, and how many ids the others have: `1-3,7 and 5 more`.
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
  if (Math.max(from, to) > maxPlantId) throw fail(`an id can be ${maxPlantId} at most`);
  if (from > to) throw fail(`the range ${from}-${to} runs backward; write ${to}-${from}`);
  return [from, to];
}

function refuse(text: string, slot: number, problem: string): PlantEtlError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new PlantEtlError(
    "OPTION_INVALID",
    "abort",
    `The list of plants ${JSON.stringify(shown)} cannot be read at character ${slot}: ${problem}.`,
  );
}
