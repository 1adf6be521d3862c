import { ellipsize } from "./truncate.js";

/** A problem of a response: its place, the problem and the offending value. */
export interface ValidationIssue {
  /** Path in the response, such as `origin_location.latitude`; empty for the response itself. */
  readonly path: string;
  /** The problem as a predicate, such as `is missing`. */
  readonly message: string;
  /** The offending value as JSON, cut to a readable length; a number that JSON cannot write as `Infinity`. */
  readonly value: string;
}

const maxValueLength = 200;

/** Creates an issue for any value, however large or deep, in time proportional to the part of it that is shown. */
export function createIssue(path: string, message: string, value: unknown): ValidationIssue {
  const shown = value === undefined ? "nothing" : describe(value, maxValueLength + 1);
  return { path, message, value: ellipsize(shown, maxValueLength) };
}

/**
 * As `JSON.stringify`, but returns as little as its first `room` characters, and does not call `toJSON`. Each level writes
 * a character, so `room` bounds the depth of the recursion, also for a value that contains itself.
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
