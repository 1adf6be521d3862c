import { fc, test as property } from "@lmnh/testing/property";
import { describe, expect, test } from "vitest";
import type { BaseReading } from "../../src/batch.js";
import { buildFailure, buildResponse } from "../../src/testing/builders.js";
import { buildBatch } from "../../src/transform/batch-builder.js";
import type { Transform, TransformResult } from "../../src/transform/transform.js";
import { transformResponse } from "../../src/transform/transform-response.js";
import { createIssue } from "../../src/validation-issue.js";

interface LightReading extends BaseReading {
  readonly light: number;
}

const reading: LightReading = {
  plantId: 7,
  recordingTaken: "2026-01-28T12:00:00.000Z",
  light: 812.5,
  qualityFlag: 0,
};
const returning =
  (result: TransformResult<LightReading>): Transform<LightReading> =>
  () =>
    result;

test("transformResponse completes the reading of a transform of one's own", () => {
  expect(
    transformResponse(buildResponse(7, "812.5"), ({ plantId, receivedAt, status, body }) => ({
      kind: "reading",
      reading: { ...reading, plantId, light: Number(body) },
      plant: { name: `${status} at ${receivedAt}` },
    })),
  ).toEqual({
    kind: "reading",
    reading,
    plant: {
      plantId: 7,
      name: "200 at 2026-01-28T12:00:01.000Z",
      scientificName: null,
      imageUrl: null,
      imageLicenseUrl: null,
      thumbnailUrl: null,
      botanist: null,
      origin: null,
      observedAt: "2026-01-28T12:00:01.000Z",
    },
    rejection: null,
    unknownKeys: [],
    unknownKeysOmitted: 0,
  });
});

test("transformResponse completes the rejection and the notice of a transform of one's own", () => {
  const issues = [createIssue("light", "is missing", undefined)];
  expect(transformResponse(buildResponse(7, "x"), returning({ kind: "rejection", issues }))).toMatchObject({
    rejection: { plantId: 7, body: "x", bodyBytes: 1, issues, readingRejected: true },
  });
  expect(
    transformResponse(buildResponse(7, "x"), returning({ kind: "reading", reading, issues })),
  ).toMatchObject({ kind: "reading", rejection: { issues, readingRejected: false } });
  expect(transformResponse(buildResponse(7, "x"), returning({ kind: "notice", notice: "on_loan" }))).toEqual({
    kind: "notice",
    notice: { plantId: 7, kind: "on_loan", noticedAt: "2026-01-28T12:00:01.000Z" },
  });
});

test("transformResponse calls no transform for a response that is not complete text", () => {
  const never: Transform<LightReading> = () => {
    throw new Error("called");
  };
  const response = buildResponse(7);
  const undecodable = { kind: "undecodable", status: 200, bodyBase64: "6Q==", cut: false, problem: "is cut" };
  const kinds = [
    buildFailure(7),
    { ...response, outcome: undecodable as typeof undecodable & { kind: "undecodable" } },
    { ...response, outcome: { kind: "received" as const, status: 200, body: "half", cut: true } },
  ].map((each) => transformResponse(each, never));
  expect(kinds).toMatchObject([
    { kind: "failure" },
    { kind: "rejection", rejection: { issues: [{ message: "is cut" }] } },
    {
      kind: "rejection",
      rejection: { issues: [{ message: "is longer than 4 bytes, the limit of a response" }] },
    },
  ]);
});

describe("transformResponse rejects a reading with an impossible value", () => {
  test.each<[keyof LightReading, unknown]>([
    ["light", Number.NaN],
    ["light", Number.POSITIVE_INFINITY],
    ["plantId", 1.5],
    ["plantId", 2 ** 31],
    ["plantId", -1],
    ["plantId", "7"],
    ["qualityFlag", Number.NaN],
    ["qualityFlag", undefined],
    ["recordingTaken", "2026-01-28 12:00:00"],
    ["recordingTaken", "2026-01-28T12:00:00Z"],
    ["recordingTaken", 1_769_601_600_000],
  ])("%s of %s", (field, value) => {
    const wrong = { ...reading, [field]: value } as LightReading;
    expect(transformResponse(buildResponse(7), returning({ kind: "reading", reading: wrong }))).toMatchObject(
      {
        kind: "rejection",
        rejection: { issues: expect.arrayContaining([expect.objectContaining({ path: field })]) },
      },
    );
  });
});

property(
  "buildBatch of any results of a transform never throws, and counts each response once",
  [fc.array(fc.anything({ maxDepth: 2 }), { maxLength: 20 })],
  (results) => {
    const transform = (({ plantId }) => results[plantId]) as Transform<LightReading>;
    const responses = results.map((_, plantId) => buildResponse(plantId));
    const { batch, failures } = buildBatch(responses, transform);
    const rejected = batch.rejections.filter(({ readingRejected }) => readingRejected).length;
    expect(batch.readings.length + batch.notices.length + rejected + failures.length).toBe(results.length);
  },
);

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["a kind that is none", { kind: "toString" }],
  ["a notice that is none", { kind: "notice", notice: "broken" }],
  ["no issues", { kind: "rejection" }],
  ["an issue with a number", { kind: "rejection", issues: [{ path: "", message: "", value: 5n }] }],
  ["no reading", { kind: "reading" }],
  [
    "a day that is none",
    { kind: "reading", reading: { ...reading, recordingTaken: "2026-02-30T12:00:00.000Z" } },
  ],
  [
    "an hour that is none",
    { kind: "reading", reading: { ...reading, recordingTaken: "2026-02-28T24:00:00.000Z" } },
  ],
  ["keys that are null", { kind: "reading", reading, unknownKeys: null }],
  ["keys that are numbers", { kind: "reading", reading, unknownKeys: [5] }],
  ["a count that is none", { kind: "reading", reading, unknownKeysOmitted: Number.NaN }],
  ["a name that is a number", { kind: "reading", reading, plant: { name: 5 } }],
  ["an origin without a city", { kind: "reading", reading, plant: { origin: {} } }],
  ["a botanist without an address", { kind: "reading", reading, plant: { botanist: { name: "Ada" } } }],
  ["issues that are text", { kind: "reading", reading, issues: "none" }],
])("buildBatch rejects the response for which the transform returned %s, and no other one", (_, result) => {
  const { batch } = buildBatch<LightReading>(
    [buildResponse(7, "bad"), buildResponse(7, "good")],
    ({ body }) => (body === "bad" ? (result as TransformResult<LightReading>) : { kind: "reading", reading }),
  );
  expect(batch.readings).toEqual([reading]);
  expect(batch.rejections).toMatchObject([{ plantId: 7, body: "bad", issues: [{}] }]);
});
