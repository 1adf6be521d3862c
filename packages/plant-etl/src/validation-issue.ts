import { shorten } from "./cut-text.js";

/** What is wrong with a piece of data, as a value: where, what, and the offending value in short. */
export interface ValidationIssue {
  /** Where in the answer, as `origin_location.latitude`; empty for the whole of it. */
  readonly path: string;
  readonly message: string;
  /** The offending value as JSON, cut to a readable length; a number that JSON cannot write as `Infinity`. */
  readonly value: string;
}

const longestValue = 200;

/** Makes an issue of any value, however large, deep or strange, in time that grows with what is shown of it. */
export function createIssue(path: string, message: string, value: unknown): ValidationIssue {
  const shown = value === undefined ? "nothing" : describe(value, longestValue + 1);
  return { path, message, value: shorten(shown, longestValue) };
}

/**
 * As `JSON.stringify`, but at least the first `room` characters in place of all, and without calling what the value
 * has for a `toJSON`. Each level writes a character, so the depth of the recursion is bounded by `room`, and a value
 * that contains itself ends too.
 */
function describe(value: unknown, room: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, room));
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value)
    ? list("[]", value, room, describe)
    : list("{}", Object.keys(value), room, (key, left) => {
        const name = `${describe(key, left)}:`;
        if (name.length >= left) return name;
        return name + describe((value as Record<string, unknown>)[key], left - name.length);
      });
}

function list<Item>(
  brackets: "[]" | "{}",
  items: readonly Item[],
  room: number,
  describeItem: (item: Item, room: number) => string,
): string {
  let text = brackets.charAt(0);
  for (const [index, item] of items.entries()) {
    if (text.length >= room) return text;
    if (index > 0) text += ",";
    text += describeItem(item, room - text.length);
  }
  return text + brackets.charAt(1);
}
