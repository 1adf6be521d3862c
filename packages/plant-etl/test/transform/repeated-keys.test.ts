import { fc, test as property } from "@lmnh/testing/property";
import { expect, test } from "vitest";
import { repeatedKeys } from "../../src/transform/repeated-keys.js";

const names = ["temperature", "name", "botanist", "images", "mood", '\\"', "\\\\", "{", "tempe\\u0072ature"];
const blank = fc.constantFrom("", " ", "\n\t ");

type Node = { readonly text: string; readonly entries: readonly (readonly [string, Node])[] };

/** JSON as text, and the entries of the object that it is, repeated ones included. */
const node = fc.letrec<{ node: Node; object: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    fc
      .constantFrom("0", '"name"', '"\\\\"', '"a\\":"', '"\\\\\\":{"', "[]")
      .map((text): Node => ({ text, entries: [] })),
    fc
      .array(tie("node"), { maxLength: 3 })
      .map((items): Node => ({ text: `[${items.map(({ text }) => text).join(",")}]`, entries: [] })),
    tie("object"),
  ),
  object: fc
    .tuple(fc.array(fc.tuple(fc.constantFrom(...names), tie("node")), { maxLength: 6 }), blank, blank)
    .map(
      ([entries, before, after]): Node => ({
        text: `${before}{${entries.map(([name, { text }]) => `${after}"${name}"${before}:${after}${text}`).join(",")}}${after}`,
        entries: entries.map(([name, inner]) => [JSON.parse(`"${name}"`) as string, inner]),
      }),
    ),
})).object;

const repeatedOf = (entries: Node["entries"], known: readonly string[]) =>
  known.filter((name) => entries.filter(([key]) => key === name).length > 1);

property(
  "repeatedKeys returns the known keys that occur more than once in an object",
  [node],
  ({ text, entries }) => {
    JSON.parse(text);
    const expected = new Set(repeatedOf(entries, ["temperature", "name", "botanist", "images"]));
    for (const [key, inner] of entries)
      if (key === "botanist")
        for (const name of repeatedOf(inner.entries, ["name"])) expected.add(`botanist.${name}`);
    expect(new Set(repeatedKeys(text))).toEqual(expected);
  },
);

test("repeatedKeys is linear in 100,000 levels and a million escapes", () => {
  const deep = `${'{"name":'.repeat(100_000)}0${"}".repeat(100_000)}`;
  expect(repeatedKeys(deep)).toEqual([]);
  expect(repeatedKeys(`{"name":"${"\\\\".repeat(500_000)}","name":1}`)).toEqual(["name"]);
});
