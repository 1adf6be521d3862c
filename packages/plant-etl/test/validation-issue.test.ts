import { fc, test as property } from "@lmnh/testing/property";
import { describe, expect, test } from "vitest";
import { createIssue } from "../src/validation-issue.js";

const shown = (value: unknown) => createIssue("path", "message", value).value;

property(
  "createIssue formats a value as JSON, cut to 200 characters",
  [fc.jsonValue({ maxDepth: 5 })],
  (value) => {
    const json = JSON.stringify(value);
    expect(shown(value)).toBe(
      json.length <= 200 ? json : `${json.slice(0, 200)}…`.replace(/[\ud800-\udbff]…$/, "…"),
    );
  },
);

property(
  "createIssue does not throw for any value, and bounds its text",
  [fc.anything({ withBigInt: true, withDate: true })],
  (value) => {
    expect(shown(value).length).toBeLessThanOrEqual(201);
  },
);

const cyclic: unknown[] = [1];
cyclic.push({ cyclic });
let deep: unknown = 0;
for (let level = 0; level < 100_000; level++) deep = level % 2 === 0 ? [deep] : { deep };

test.each<[string, unknown, string | RegExp]>([
  ["nothing", undefined, "nothing"],
  ["a number that JSON cannot write", [Number.POSITIVE_INFINITY, Number.NaN], "[Infinity,NaN]"],
  ["a big integer", 12n, "12"],
  ["100,000 levels", deep, /^\{"deep":\[\{"deep":.{180,}…$/],
  ["what contains itself", cyclic, /^\[1,\{"cyclic":\[1,.{170,}…$/],
  ["toJSON", { toJSON: 0, a: { toJSON: () => "gone" } }, /^\{"toJSON":0,"a":\{"toJSON":/],
  ["an object without a prototype", Object.assign(Object.create(null), { toString: 0 }), '{"toString":0}'],
  ["a prototype as a key", JSON.parse('{"__proto__":{"length":1}}'), '{"__proto__":{"length":1}}'],
  ["half a character", "a\ud83d", '"a\\ud83d"'],
])("createIssue formats %s", (_name, value, expected) => {
  if (typeof expected === "string") expect(shown(value)).toBe(expected);
  else expect(shown(value)).toMatch(expected);
});

test("createIssue does not cut within a character", () => {
  for (const before of ["", "x"]) expect(shown(before + "🌵".repeat(200)).isWellFormed()).toBe(true);
});

describe("createIssue reads no more of a large value than it shows", () => {
  /** Reading an element beyond what is shown is counted. */
  test("of a list", () => {
    let read = 0;
    const list = new Proxy(Array(1_000_000).fill("item"), {
      get: (target, key, receiver) => {
        if (typeof key === "string" && /^\d+$/.test(key)) read += 1;
        return Reflect.get(target, key, receiver);
      },
    });
    expect(shown(list)).toHaveLength(201);
    expect(read).toBeLessThan(100);
  });
});
