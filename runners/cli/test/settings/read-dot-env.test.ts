import { parseEnv } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDotEnv } from "../../src/settings/read-dot-env.js";

const valuesOf = (content: string) =>
  Object.fromEntries(readDotEnv(content).entries.map(({ name, value }) => [name, value]));
const problemsOf = (content: string) =>
  readDotEnv(content).problems.map(({ line, message }) => [line, message]);

describe("readDotEnv", () => {
  test("accepts export, quotation marks, comments, empty lines, CRLF and a byte order mark", () => {
    const content = [
      "\ufeff# comment",
      "export A=1 # one",
      "",
      " B = two words ",
      'C="x # y\\nz"',
      "D='x\\ny'",
      'E="first',
      'second"',
      "F=",
      "G=mssql://a:b@h/d?x=1",
    ].join("\r\n");
    expect(readDotEnv(content).problems).toEqual([]);
    expect(valuesOf(content)).toEqual({
      A: "1",
      B: "two words",
      C: "x # y\nz",
      D: "x\\ny",
      E: "first\nsecond",
      F: "",
      G: "mssql://a:b@h/d?x=1",
    });
    expect(readDotEnv(content).entries.map(({ line }) => line)).toEqual([2, 4, 5, 6, 7, 9, 10]);
  });

  test("returns a problem for each line that sets nothing or would be truncated, without its text", () => {
    const content = [
      "A=1",
      "PLANT_PLANTS: 1-5",
      "hunter2",
      "=1",
      "1A=2",
      "B=a#b",
      "C=#c",
      'D="x" y',
      "E='open",
      "F=2",
    ].join("\n");
    expect(valuesOf(content)).toEqual({ A: "1", F: "2" });
    expect(problemsOf(content)).toEqual([
      [2, "is not NAME=VALUE"],
      [3, "is not NAME=VALUE"],
      [4, "is not NAME=VALUE"],
      [5, "is not NAME=VALUE"],
      [6, "has a # in its value; put the value in quotation marks"],
      [7, "has a # in its value; put the value in quotation marks"],
      [8, "has text after its closing quotation mark"],
      [9, "has a quotation mark that is not closed"],
    ]);
  });

  test("parses each line like Node, unless it has a problem", () => {
    const lines = fc
      .tuple(
        fc.constantFrom("", "export "),
        fc.constantFrom("A", "PLANT_DATABASE", "b.c", "_x"),
        fc.constantFrom("=", " = ", "= "),
        fc.oneof(
          fc.string({ unit: fc.constantFrom(..."ab \\=:/@#'\"`$") }),
          fc.string({ unit: fc.constantFrom(..."ab =#\n") }).map((text) => `"${text}"`),
          fc.string({ unit: fc.constantFrom(...'ab =#\\"\n') }).map((text) => `'${text}'`),
        ),
        fc.constantFrom("", " # comment", "  "),
      )
      .map((parts) => parts.join(""));
    let compared = 0;
    fc.assert(
      fc.property(lines, (line) => {
        // Versions of Node differ in the name that an exported empty value has.
        if (readDotEnv(line).problems.length > 0 || /^export [\w.]+\s*=\s*$/.test(line)) return;
        compared += 1;
        expect(valuesOf(line)).toEqual(parseEnv(line));
      }),
      { numRuns: 5_000 },
    );
    expect(compared).toBeGreaterThan(1_000);
  });

  test("accepts any text, and returns an entry, a problem or nothing for each line", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."A=\"'`# \n\r\tx\\\u00a0") }), (content) => {
        const { entries, problems } = readDotEnv(content);
        const lines = content.split(/\r\n|\r|\n/).length;
        for (const { line } of [...entries, ...problems]) expect(line >= 1 && line <= lines).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
