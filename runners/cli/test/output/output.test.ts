import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Terminal } from "../../src/host.js";
import { createOutput } from "../../src/output/output.js";

/** Collects what is written. */
function terminal(isTerminal: boolean): Terminal & { readonly written: string[] } {
  const written: string[] = [];
  return { isTerminal, columns: 80, written, onClosed: () => {}, write: (text) => written.push(text) };
}

function start(isTerminal: boolean, options: { json?: boolean; color?: boolean } = {}) {
  const [stdout, stderr] = [terminal(isTerminal), terminal(isTerminal)];
  const host = { stdout, stderr, environment: {}, scriptPath: "/usr/bin/plant" };
  const { json = false, color = true } = options;
  return { stdout, stderr, output: createOutput(host, { json, quiet: false, verbose: true, color }) };
}

const unsafe = /[^\P{C}\n\u00ad\p{Cf}\p{Cn}\p{Co}]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "\n",
        "\r\n",
        "\u001b[2J",
        "\u009b31m",
        "\u202e",
        "\u2028",
        "\ud800",
        "\0",
        "\nerror: forged",
        "\t",
        "🌱",
      ),
    ),
  )
  .map((parts) => parts.join(""));

describe("createOutput", () => {
  test("writes one line per text, without its control characters", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom("note", "detail", "warn", "error"), (text, kind) => {
        const { stderr, output } = start(false);
        output[kind as "note"](text);
        const written = stderr.written.join("");
        expect(written.split("\n")).toHaveLength(2);
        expect(written).not.toMatch(unsafe);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1 }), (lines) => {
        const { stdout, output } = start(false);
        output.result({}, lines);
        const written = stdout.written.join("");
        expect(written.split("\n")).toHaveLength(lines.length + 1);
        expect(written).not.toMatch(unsafe);
      }),
    );
  });

  test("writes its own colors on a terminal, and clears its own progress line only", () => {
    const { stderr, output } = start(true);
    output.warn("\u001b[2Jone\n\u001b[31mtwo");
    output.progress("\u001b[2Jhalf\rway");
    expect(stderr.written).toEqual([
      "\r\u001b[K\u001b[33mwarning:\u001b[39m \\u001b[2Jone\\n\\u001b[31mtwo\n",
      "\r\u001b[K\\u001b[2Jhalf\\rway",
    ]);
    expect(start(true, { color: false }).stderr.written.join("")).not.toContain("\u001b[33m");
  });

  test("writes the same document as JSON, with control characters escaped and secrets redacted", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          texts.filter((key) => !/[=:@?#]/.test(key)),
          fc.integer(),
        ),
        (document) => {
          const { stdout, output } = start(false, { json: true });
          output.result(document, [], null);
          const written = stdout.written.join("");
          expect(written).not.toMatch(unsafe);
          expect(written.split("\n")).toHaveLength(2);
          expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(document)));
        },
      ),
    );
    const { stdout, output } = start(false, { json: true });
    output.result({ failures: [{ message: "http://me:hunter2@host\u009b" }] }, [], null);
    expect(stdout.written.join("")).toBe('{"failures":[{"message":"http://***@host\\u009b"}]}\n');
  });

  test("limits the length of a line", () => {
    const { stderr, output } = start(false);
    output.error("🌱".repeat(100_000));
    expect(stderr.written.join("").length).toBeLessThan(5_000);
    expect(stderr.written.join("")).not.toMatch(unsafe);
  });
});
