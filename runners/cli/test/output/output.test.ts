import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Terminal } from "../../src/host.js";
import { createOutput } from "../../src/output/output.js";

const clock = { now: () => Date.parse("2026-03-01T12:00:00.007Z"), sleep: () => Promise.resolve() };

/** Collects what is written. */
function terminal(isTerminal: boolean): Terminal & { readonly written: string[] } {
  const written: string[] = [];
  return { isTerminal, columns: 80, written, onClosed: () => {}, write: (text) => written.push(text) };
}

type LogFormat = "plain" | "text" | "json";

function start(
  isTerminal: boolean,
  options: { json?: boolean; color?: boolean; logFormat?: LogFormat; verbose?: boolean } = {},
) {
  const [stdout, stderr] = [terminal(isTerminal), terminal(isTerminal)];
  const host = {
    stdout,
    stderr,
    environment: {},
    scriptPath: "/usr/bin/plant",
    directory: "/home/me",
    clock,
  };
  const { json = false, color = true, logFormat = "plain", verbose = true } = options;
  const output = createOutput(host, { json, quiet: false, verbose, color, logFormat });
  return { stdout, stderr, output };
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

describe("createOutput with a log format", () => {
  test("writes time, level and the run's id on every line, as text or JSON", () => {
    const write = (logFormat: LogFormat) => {
      const { stderr, output } = start(false, { logFormat });
      output.note("one");
      output.forRun("r-1").detail("two");
      output.warn("three");
      output.forRun("r-1").error("four");
      return stderr.written;
    };
    expect(write("text")).toEqual([
      "2026-03-01T12:00:00.007Z info run=- one\n",
      "2026-03-01T12:00:00.007Z debug run=r-1 two\n",
      "2026-03-01T12:00:00.007Z warn run=- three\n",
      "2026-03-01T12:00:00.007Z error run=r-1 four\n",
    ]);
    const time = "2026-03-01T12:00:00.007Z";
    expect(write("json").map((line) => JSON.parse(line) as unknown)).toEqual([
      { time, level: "info", runId: null, message: "one" },
      { time, level: "debug", runId: "r-1", message: "two" },
      { time, level: "warn", runId: null, message: "three" },
      { time, level: "error", runId: "r-1", message: "four" },
    ]);
    expect(write("plain")).toEqual(["one\n", "two\n", "warning: three\n", "error: four\n"]);
  });

  test("writes one line per text, without its control characters and secrets", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom<LogFormat>("text", "json"), (text, logFormat) => {
        const { stderr, output } = start(false, { logFormat });
        output.warn(text);
        output.warn("https://user:hunter2@host/");
        const written = stderr.written.join("");
        expect(written.split("\n")).toHaveLength(3);
        expect(written).not.toMatch(unsafe);
        expect(written).not.toContain("hunter2");
      }),
    );
  });

  test("shows no progress, which would be a line without a format", () => {
    const { stderr, output } = start(true, { logFormat: "json" });
    expect(output.showsProgress).toBe(false);
    output.progress("half");
    expect(stderr.written).toEqual([]);
  });
});
