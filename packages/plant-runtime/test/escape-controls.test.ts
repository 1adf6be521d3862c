import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeControls } from "../src/escape-controls.js";

const controls = fc.constantFrom(
  ..."\0\u0007\b\t\n\v\f\r\u001b\u007f\u0085\u009b\u009d\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069",
  "\ud83c",
  "\udf31",
);
const texts = fc
  .array(fc.oneof(controls, fc.string({ unit: "binary" }), fc.constantFrom("日本", "🌱", "é", "ן")))
  .map((parts) => parts.join(""));

describe("escapeControls", () => {
  test("leaves nothing that moves a cursor, begins a line, turns the direction or cannot be encoded", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const shown = escapeControls(text);
        for (const character of shown) {
          const code = character.codePointAt(0) ?? 0;
          expect(code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0xd800 && code <= 0xdfff)).toBe(
            false,
          );
          expect([0x61c, 0x200e, 0x200f, 0x2028, 0x2029]).not.toContain(code);
          expect((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)).toBe(false);
        }
        expect(Buffer.from(shown, "utf8").toString("utf8")).toBe(shown);
        expect(escapeControls(shown)).toBe(shown);
      }),
      { numRuns: 2_000 },
    );
  });

  test("leaves other text as it is", () => {
    for (const text of ["Ficus élastica 🌱 日本語 שלום", "a b – …", "\\n"])
      expect(escapeControls(text)).toBe(text);
  });

  test("shows which character there was", () => {
    expect(escapeControls("a\nb\t\u001b[2J\u009b\u202e\ud800")).toBe(
      "a\\nb\\t\\u001b[2J\\u009b\\u202e\\ud800",
    );
  });

  test("leaves the value of a JSON document as it is", () => {
    fc.assert(
      fc.property(fc.dictionary(texts, texts), (value) => {
        expect(JSON.parse(escapeControls(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
