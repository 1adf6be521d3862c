import fc from "fast-check";
import { expect, test } from "vitest";
import { wrapWords } from "../../src/output/wrap-words.js";

test("wrapWords breaks a line between words, and keeps a longer word on its own line", () => {
  expect(wrapWords("error: check the clock", 12)).toBe("error: check\nthe clock");
  expect(wrapWords("see http://museum.example/api now", 10)).toBe("see\nhttp://museum.example/api\nnow");
});

test("wrapWords loses and breaks no word, and no row of several words is longer than the terminal", () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 1, max: 40 }), (words, columns) => {
      const rows = wrapWords(words.join(" "), columns).split("\n");
      expect(rows.flatMap((row) => row.split(" "))).toEqual(words);
      for (const row of rows) expect(row.length <= columns || !row.includes(" ")).toBe(true);
    }),
  );
});
