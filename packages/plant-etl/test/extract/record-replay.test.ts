import { createReadStream } from "node:fs";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PlantEtlError } from "../../src/errors.js";
import { recordResponses, replayResponses } from "../../src/extract/record-replay.js";
import { formatRecordedResponse } from "../../src/extract/recording-format.js";
import { maxLineBytes, splitLines } from "../../src/extract/split-lines.js";
import type { PlantSource } from "../../src/ports.js";
import type { PlantResponse } from "../../src/response.js";

const never = new AbortController().signal;

async function collect(source: PlantSource, signal = never): Promise<PlantResponse[]> {
  const responses: PlantResponse[] = [];
  for await (const response of source.responses(signal)) responses.push(response);
  return responses;
}

function sourceOf(responses: readonly PlantResponse[]): PlantSource {
  return {
    async *responses() {
      yield* responses;
    },
  };
}

const response = (plantId: number, body = "{}"): PlantResponse => ({
  plantId,
  receivedAt: "2026-03-01T12:00:00.123Z",
  attempts: 1,
  outcome: { kind: "received", status: 200, body, cut: false },
});

const rethrow = (error: unknown) => {
  throw error;
};

async function record(responses: readonly PlantResponse[]): Promise<string[]> {
  const lines: string[] = [];
  await collect(recordResponses(sourceOf(responses), (line) => void lines.push(line), rethrow));
  return lines;
}

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  // Every code unit, lone surrogates and line ends of all kinds among them.
  fc.array(fc.nat({ max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({
    unit: fc.constantFrom("\n", "\r", "\0", "\u2028", "\u2029", "\ud800", "\udc00", '"', "\\", "é"),
  }),
);
const anyResponse: fc.Arbitrary<PlantResponse> = fc.record({
  plantId: fc.nat(),
  receivedAt: fc
    .date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  attempts: fc.nat({ max: 100 }),
  outcome: fc.oneof(
    fc.record({
      kind: fc.constant("received" as const),
      status: fc.integer({ min: 200, max: 599 }),
      body: anyText,
      cut: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("undecodable" as const),
      status: fc.integer({ min: 200, max: 599 }),
      bodyBase64: fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("base64")),
      cut: fc.boolean(),
      problem: anyText,
    }),
    fc.record({
      kind: fc.constant("failed" as const),
      code: fc.constantFrom(
        "timeout" as const,
        "network" as const,
        "tls" as const,
        "unauthorized" as const,
        "status" as const,
        "redirect" as const,
        "aborted" as const,
      ),
      message: anyText,
    }),
  ),
});

describe("recordResponses", () => {
  it("round-trips any response through replayResponses", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyResponse, { minLength: 1, maxLength: 5 }), async (responses) => {
        const lines = await record(responses);
        for (const line of lines) expect(line).toMatch(/^[^\n\r\u2028\u2029]*\n$/);
        expect(await collect(replayResponses(lines))).toEqual(responses);
      }),
    );
  });

  it("writes a line before it yields the response", async () => {
    const events: string[] = [];
    const write = async () => {
      await Promise.resolve();
      events.push("written");
    };
    const source = recordResponses(sourceOf([response(1), response(2)]), write, rethrow);
    for await (const { plantId } of source.responses(never)) events.push(`plant ${plantId}`);
    expect(events).toEqual(["written", "plant 1", "written", "plant 2"]);
  });

  it("stops recording at a failed write, yields the remaining responses, and records the next iteration", async () => {
    const full = new Error("ENOSPC");
    const responses = [response(1), response(2), response(3), response(4)];
    const lines: string[] = [];
    const failures: unknown[] = [];
    let room = 2;
    const source = recordResponses(
      sourceOf(responses),
      async (line) => {
        // After the one failure there is room again, which must not be used: it would leave a gap.
        if (room-- === 0) throw full;
        lines.push(line);
      },
      (error, recorded) => failures.push([error, recorded]),
    );
    expect(await collect(source)).toEqual(responses);
    expect(failures).toEqual([[full, 2]]);
    expect(await collect(replayResponses(lines))).toEqual(responses.slice(0, 2));

    room = 9;
    expect(await collect(source)).toEqual(responses);
    expect(failures).toHaveLength(1);
    expect(await collect(replayResponses(lines))).toEqual([...responses.slice(0, 2), ...responses]);
  });

  it("yields every response although onFailed, or onTorn of a replay, throws or rejects", async () => {
    const responses = [response(1), response(2)];
    const broken = () => rethrow(new Error("the log is full"));
    for (const onFailed of [broken, async () => broken()]) {
      const source = recordResponses(sourceOf(responses), broken, onFailed);
      expect(await collect(source)).toEqual(responses);
      const lines = ["{", formatRecordedResponse(response(1))];
      expect(await collect(replayResponses(lines, { onTorn: onFailed }))).toEqual([response(1)]);
    }
  });

  it("stops the source when the consumer leaves", async () => {
    let ended = false;
    const source: PlantSource = {
      async *responses() {
        try {
          yield response(1);
          yield response(2);
        } finally {
          ended = true;
        }
      },
    };
    for await (const _response of recordResponses(source, () => {}, rethrow).responses(never)) break;
    expect(ended).toBe(true);
  });
});

describe("replayResponses", () => {
  it("replays several rounds of the same plants in their order", async () => {
    const rounds = [response(1), response(2), response(1), response(2)];
    expect(await collect(replayResponses(await record(rounds)))).toEqual(rounds);
  });

  it("skips blank lines and a last line that is cut off", async () => {
    const [first = "", second = ""] = await record([response(1), response(2)]);
    for (let length = 1; length < second.length - 2; length += 7) {
      const lines = [first, "", "  ", second.slice(0, length), ""];
      expect(await collect(replayResponses(lines))).toEqual([response(1)]);
    }
  });

  it("skips a line that is cut off anywhere, and passes its number to onTorn", async () => {
    const [first = ""] = await record([response(1)]);
    const torn: number[] = [];
    const lines = ["", first.slice(0, 20), first, first.slice(0, 3)];
    const responses = await collect(replayResponses(lines, { onTorn: (line) => torn.push(line) }));
    expect(responses).toEqual([response(1)]);
    expect(torn).toEqual([2, 4]);
  });

  it.each(["hello", '{"name":', "[]x"])(
    "rejects %j, which is not the start of a response, also at the end",
    async (line) => {
      const [first = ""] = await record([response(1)]);
      const error = await collect(replayResponses([first, line])).catch((caught) => caught);
      expect(error).toBeInstanceOf(PlantEtlError);
      expect(error).toMatchObject({ code: "RECORDING_INVALID", recovery: "abort" });
      expect(error.message).toContain("Line 2 ");
      expect(error.message).toContain("not JSON");
    },
  );

  it.each([
    [{ v: 2 }, "v: is not 1"],
    [{ plantId: "7" }, "plantId: "],
    [{ plantId: -1 }, "plantId: "],
    [{ receivedAt: "yesterday" }, "receivedAt: "],
    [{ receivedAt: "1752-12-31T23:59:59.999Z" }, "receivedAt: "],
    [{ attempts: 1.5 }, "attempts: "],
    [{ outcome: { kind: "received", status: 99, body: "", cut: false } }, "outcome.status: "],
    [{ outcome: { kind: "received", status: 1000, body: "", cut: false } }, "outcome.status: "],
    [{ outcome: { kind: "maybe" } }, "outcome"],
    [{ outcome: { kind: "failed", code: "tired", message: "" } }, "outcome.code: "],
    [{ outcome: { kind: "received", status: 200, cut: false } }, "outcome.body: "],
    [
      { outcome: { kind: "undecodable", status: 200, bodyBase64: "%", cut: false, problem: "" } },
      "outcome.bodyBase64: ",
    ],
  ])("rejects a line with %j, also at the end, with the problem", async (wrong, problem) => {
    const lines = [
      JSON.stringify({ v: 1, ...response(1) }),
      JSON.stringify({ v: 1, ...response(2), ...wrong }),
    ];
    const error = await collect(replayResponses(lines)).catch((caught) => caught);
    expect(error).toMatchObject({ code: "RECORDING_INVALID" });
    expect(error.message).toContain("Line 2 ");
    expect(error.message).toContain(problem);
  });

  it("rejects a line of JSON that is not an object", async () => {
    await expect(collect(replayResponses(["7"]))).rejects.toMatchObject({ code: "RECORDING_INVALID" });
  });

  it.each([
    ["2026-01-28T12:00:00Z", "2026-01-28T12:00:00.000Z"],
    ["2026-01-28T12:00:00.5Z", "2026-01-28T12:00:00.500Z"],
    ["2026-01-28T12:00:00.123456Z", "2026-01-28T12:00:00.123Z"],
  ])("yields the time %s with milliseconds", async (written, receivedAt) => {
    const line = JSON.stringify({ v: 1, ...response(1), receivedAt: written });
    expect(await collect(replayResponses([line]))).toEqual([{ ...response(1), receivedAt }]);
  });

  it("ignores unknown keys", async () => {
    const line = JSON.stringify({ v: 1, ...response(1), extra: true });
    expect(await collect(replayResponses([line]))).toEqual([response(1)]);
  });

  it.each<[string, (string | Uint8Array)[]]>([
    ["nothing", []],
    ["blank lines", ["", "  "]],
    ["a byte order mark", [Buffer.from("\ufeff")]],
    ["a line that is cut off", ['{"v":1,"plantId":7']],
  ])("rejects a recording of %s", async (_name, lines) => {
    await expect(collect(replayResponses(lines))).rejects.toMatchObject({
      code: "RECORDING_INVALID",
      message: expect.stringContaining("has no response"),
    });
  });

  it("reads lines of bytes and of text behind a byte order mark", async () => {
    const recorded = await record([response(1, "Caf\u00e9 \u{1f331}"), response(2)]);
    const [first = "", second = ""] = recorded.map((line) => `\ufeff${line}`);
    expect(await collect(replayResponses([first, Buffer.from(second)]))).toEqual([
      response(1, "Caf\u00e9 \u{1f331}"),
      response(2),
    ]);
  });

  it.each<[string, (line: string) => Buffer, RegExp]>([
    ["Latin-1", (line) => Buffer.from(line, "latin1"), /not valid utf-8: byte 0xe9 at offset \d+/],
    ["UTF-16", (line) => Buffer.from(`\ufeff${line}`, "utf16le"), /is UTF-16/],
    ["big-endian UTF-16", (line) => Buffer.from(`\ufeff${line}`, "utf16le").swap16(), /is UTF-16/],
  ])("rejects a line in %s with its number", async (_name, encode, problem) => {
    const [first = "", second = ""] = await record([response(1), response(2, "Caf\u00e9")]);
    const error = await collect(replayResponses([Buffer.from(first), encode(second)])).catch(
      (caught) => caught,
    );
    expect(error).toMatchObject({ code: "RECORDING_INVALID" });
    expect(error.message).toMatch(/^Line 2 /);
    expect(error.message).toMatch(problem);
  });

  it("skips a line that is cut off within a character", async () => {
    const [first = ""] = await record([response(1, "\u{1f331}")]);
    const bytes = Buffer.from(first);
    const at = bytes.indexOf(0xf0);
    for (let length = at; length < at + 4; length++) {
      const torn: number[] = [];
      const lines = [bytes.subarray(0, length), bytes];
      const responses = await collect(replayResponses(lines, { onTorn: (line) => torn.push(line) }));
      expect([responses, torn]).toEqual([[response(1, "\u{1f331}")], [1]]);
    }
  });

  it("ends at once when the signal aborts during a pending line", async () => {
    const controller = new AbortController();
    const [first = ""] = await record([response(1)]);
    async function* pipe() {
      yield first;
      await new Promise(() => {});
    }
    setTimeout(() => controller.abort(), 20);
    expect(await collect(replayResponses(pipe()), controller.signal)).toEqual([response(1)]);
  });

  it("ends between two lines when the signal aborts", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const source = replayResponses(await record([response(1), response(2), response(3)]));
    for await (const { plantId } of source.responses(controller.signal)) {
      seen.push(plantId);
      if (plantId === 2) controller.abort();
    }
    expect(seen).toEqual([1, 2]);
  });

  it("throws the error of an unreadable file", async () => {
    const broken = new Error("EIO");
    async function* failing(): AsyncGenerator<string> {
      yield "";
      throw broken;
    }
    await expect(collect(replayResponses(failing()))).rejects.toBe(broken);
  });
});

describe("a recording on disk", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "plant-recording-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is read correctly by Node's readline with any line ends in the bodies", async () => {
    const file = join(folder, "responses.ndjson");
    const responses = [response(1, "a\u2028b\u2029c\r\nd\re\u0085f"), response(2, "\ud800 \0")];
    await writeFile(file, "");
    await collect(recordResponses(sourceOf(responses), (line) => appendFile(file, line), rethrow));
    const lines = createInterface({ input: createReadStream(file) });
    expect(await collect(replayResponses(lines))).toEqual(responses);
    expect(await collect(replayResponses(splitLines(createReadStream(file))))).toEqual(responses);
  });
});

describe("splitLines", () => {
  it("returns the same lines for any chunks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom("a", "\u{1f331}", "\n", "\r") })),
        async (texts) => {
          async function* chunks() {
            for (const text of texts) yield Buffer.from(text);
          }
          const lines: string[] = [];
          for await (const line of splitLines(chunks())) lines.push(Buffer.from(line).toString());
          const expected = texts.join("").split("\n");
          if (expected.at(-1) === "") expected.pop();
          expect(lines).toEqual(expected);
        },
      ),
    );
  });

  describe("with a line longer than 64 MiB", () => {
    const mebibyte = Buffer.alloc(1_048_576, "x");
    const linesOf = (units: number, extra: string) => {
      async function* chunks() {
        yield Buffer.from(formatRecordedResponse(response(1)));
        const beginning = formatRecordedResponse(response(2)).slice(0, 20);
        yield Buffer.from(beginning);
        yield mebibyte.subarray(beginning.length);
        for (let unit = 1; unit < units; unit++) yield mebibyte;
        yield Buffer.from(`${extra}\n${formatRecordedResponse(response(3))}`);
      }
      return splitLines(chunks());
    };

    it("returns 64 MiB and one byte", async () => {
      const lengths: number[] = [];
      for await (const line of linesOf(66, "")) lengths.push(line.length);
      expect(lengths[1]).toBe(maxLineBytes + 1);
      expect(lengths).toHaveLength(3);
    });

    it("is rejected by replayResponses with its number", async () => {
      const torn: number[] = [];
      const onTorn = (line: number) => void torn.push(line);
      const replay = (units: number, extra: string) =>
        collect(replayResponses(linesOf(units, extra), { onTorn }));
      await expect(replay(64, "x")).rejects.toMatchObject({
        code: "RECORDING_INVALID",
        message: expect.stringMatching(/^Line 2 of the recording .* longer than 67108864 bytes/),
      });
      expect(torn).toEqual([]);
      expect(await replay(64, "")).toEqual([response(1), response(3)]);
      expect(torn).toEqual([2]);
    });
  });

  it("ends during a pending chunk when the consumer leaves", async () => {
    let left = false;
    const chunks: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          left = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const controller = new AbortController();
    const collecting = collect(replayResponses(splitLines(chunks)), controller.signal);
    controller.abort();
    expect(await collecting).toEqual([]);
    expect(left).toBe(true);
  });
});
