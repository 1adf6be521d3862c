import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fc } from "@lmnh/testing/property";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readApiError } from "../src/api-error.js";
import { formatRecordedResponse, parseRecordedLine } from "../src/extract/recording-format.js";
import { memoryPlantStore } from "../src/load/memory-plant-store.js";
import type { PlantStore } from "../src/ports.js";
import type { Report } from "../src/report.js";
import type { PlantResponse } from "../src/response.js";
import { runEtl } from "../src/run-etl.js";
import { buildPayload, buildResponse } from "../src/testing/builders.js";
import { defaultTransformOptions } from "../src/transform/transform-options.js";
import { transformResponse } from "../src/transform/transform-response.js";
import { hostileResponse } from "./helpers/hostile-answers.js";
import { openSqliteStore } from "./helpers/sqlite-store.js";

/** Answers in all; PLANT_TEST_HOSTILE_ANSWERS asks for more than the sample that every test run makes. */
const totalResponses = Number(process.env.PLANT_TEST_HOSTILE_ANSWERS ?? 5000);
const responsesPerRun = 50;
/** Ends what hangs: a million take some five minutes of a core. */
const longestTestMs = Math.max(300_000, totalResponses * 20);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes of the heap that are in use, garbage collected. */
function usedBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const clock = {
  now: () => Date.parse("2026-01-28T12:00:01.000Z"),
  sleep: () => new Promise<never>(() => {}),
};

function run(responses: readonly PlantResponse[], store: PlantStore, runId = "hostile"): Promise<Report> {
  const source = {
    async *responses() {
      yield* responses;
    },
  };
  return runEtl({ source, store, clock, runId });
}

function expectBounded(report: Report): void {
  expect(JSON.stringify(report).length).toBeLessThan(20_000);
}

const sumOf = ({ loaded, duplicates, conflicts, notices, rejected, failed }: Report) =>
  loaded +
  duplicates +
  conflicts +
  notices.notFound +
  notices.onLoan +
  notices.sensorFault +
  rejected +
  failed;

test(
  `none of ${totalResponses} hostile answers throws, each is counted once, and memory stays flat`,
  async () => {
    const runs = Math.ceil(totalResponses / responsesPerRun);
    let done = 0;
    let earlyBytes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostileResponse, { minLength: responsesPerRun, maxLength: responsesPerRun }),
        async (responses) => {
          const store = memoryPlantStore();
          const report = await run(responses, store);
          const { readings, rejections } = store.state();
          expect(sumOf(report)).toBe(responses.length);
          expect(report.loaded).toBe(readings.length);
          expectBounded(report);
          expect(Math.max(0, ...rejections.map(({ issues }) => issues.length))).toBeLessThan(20_000);
          if (++done === Math.ceil(runs / 4)) earlyBytes = usedBytes();
        },
      ),
      { numRuns: runs },
    );
    expect(done).toBe(runs);
    expect(usedBytes() - earlyBytes).toBeLessThan(50 * 1_048_576);
  },
  longestTestMs,
);

describe("SQLite", () => {
  /** What a load writes to, in an order in which rows can be deleted. */
  const tables = [
    "plant_reading",
    "plant_notice",
    "plant_rejection",
    "quarantined_row",
    "etl_run",
    "plant",
    "botanist",
    "origin",
    "city",
    "country",
  ] as const;
  let opened: Awaited<ReturnType<typeof openSqliteStore>>;
  beforeAll(async () => {
    opened = await openSqliteStore();
  });
  afterAll(() => opened?.close());

  test(
    "takes what a hostile API leaves of a batch, as the memory store does",
    async () => {
      let number = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(hostileResponse, { minLength: 10, maxLength: 30 }), async (responses) => {
          const { db } = opened.database;
          for (const table of tables) await db.deleteFrom(table).execute();
          const memory = memoryPlantStore();
          const runId = `hostile ${number++}`;
          const { runId: _id, ...expected } = await run(responses, memory, runId);
          expect(await run(responses, opened.store, runId)).toMatchObject(expected);
          expect(await opened.state()).toEqual(memory.state());
        }),
        { numRuns: 30 },
      );
    },
    longestTestMs,
  );
});

const read = (extra: string, plantId = 7) =>
  transformResponse(
    buildResponse(plantId, `${JSON.stringify(buildPayload(plantId)).slice(0, -1)},${extra}}`),
    defaultTransformOptions,
  );

const hostileValues: readonly [string, string][] = [
  ["a length without a primitive value", '{"length":{"toString":0}}'],
  ["a length that is text", '{"length":"x","toString":1}'],
  ["a size", '{"size":{"valueOf":0,"toString":0}}'],
  ["toJSON", '{"toJSON":{"toJSON":0}}'],
  ["a prototype", '{"__proto__":{"length":{"toString":0}},"constructor":{"prototype":1}}'],
  ["6,000 levels", `${"[".repeat(6000)}${"]".repeat(6000)}`],
  ["100,000 levels", `${'{"a":'.repeat(100_000)}0${"}".repeat(100_000)}`],
  ["100,000 numbers", `[${"5,".repeat(100_000)}5]`],
  ["70,000 keys", `{${Array.from({ length: 70_000 }, (_, index) => `"${index}":0`).join(",")}}`],
];
const anyKey = [...Object.keys(buildPayload(7)), "error"];
const places = [
  ...anyKey,
  "botanist.name",
  "botanist.email",
  "botanist.phone",
  "origin_location.city",
  "images.thumbnail",
];

describe.each(hostileValues)("a value with %s costs its own answer at most", (_name, value) => {
  test.each(places)("as %s", (slot) => {
    const [key = "", inner] = slot.split(".");
    const object = { ...(buildPayload(7)[key] as object), [inner ?? ""]: "HERE" };
    const text = inner === undefined ? value : JSON.stringify(object).replace('"HERE"', () => value);
    const meaning = read(`"${key}":${text}`);
    if (meaning.kind === "reading") expect(meaning.rejection?.issues.length ?? 0).toBeLessThan(40);
    else
      expect(meaning).toMatchObject({ kind: "rejection", rejection: { plantId: 7, readingRejected: true } });
    expect(JSON.stringify(meaning)).not.toContain("error in this program");
  });

  test("as the whole body, for whoever looks at it", () => {
    for (const status of [200, 404, 500])
      expect(transformResponse(buildResponse(7, value, status), defaultTransformOptions).kind).toBe(
        "rejection",
      );
    expect(readApiError(value)).toBeNull();
    const response = buildResponse(7, value);
    expect(parseRecordedLine(formatRecordedResponse(response))).toEqual(response);
    expect(parseRecordedLine(value)).toMatchObject({ torn: false });
    for (const line of [
      `{"v":${value}}`,
      `{"v":1,"plantId":${value},"receivedAt":${value},"outcome":${value}}`,
    ]) {
      const parsed = parseRecordedLine(line);
      expect(parsed !== null && "problem" in parsed && parsed.problem.length).toBeLessThan(1000);
    }
  });
});

test("an error in this program while it reads an answer costs that answer and no other, and names itself", async () => {
  let requested = 0;
  const settings = {
    ...defaultTransformOptions,
    get phoneRegion() {
      if (++requested === 2) throw new RangeError("Maximum call stack size exceeded");
      return "US";
    },
  };
  const meanings = [1, 2, 3].map((plantId) => transformResponse(buildResponse(plantId), settings));
  expect(meanings.map(({ kind }) => kind)).toEqual(["reading", "rejection", "reading"]);
  expect(meanings[1]).toMatchObject({
    rejection: {
      plantId: 2,
      readingRejected: true,
      issues: [{ message: expect.stringContaining("RangeError: Maximum call stack size exceeded") }],
      body: JSON.stringify(buildPayload(2)),
    },
  });
});
