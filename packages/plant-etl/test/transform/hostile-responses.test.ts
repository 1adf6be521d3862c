import { describe, expect, test } from "vitest";
import { parseApiNotice } from "../../src/api-error.js";
import { formatRecordedResponse, parseRecordedLine } from "../../src/extract/recording-format.js";
import { buildPayload, buildResponse } from "../../src/testing/builders.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";
import type { Transform } from "../../src/transform/transform.js";
import { transformResponse } from "../../src/transform/transform-response.js";

const transformWith = (extra: string, plantId = 7) =>
  transformResponse(
    buildResponse(plantId, `${JSON.stringify(buildPayload(plantId)).slice(0, -1)},${extra}}`),
    lmnhTransform(),
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
const paths = [
  ...anyKey,
  "botanist.name",
  "botanist.email",
  "botanist.phone",
  "origin_location.city",
  "images.thumbnail",
];

describe.each(hostileValues)("transformResponse of a value with %s", (_name, value) => {
  test.each(paths)("as %s", (path) => {
    const [key = "", inner] = path.split(".");
    const object = { ...(buildPayload(7)[key] as object), [inner ?? ""]: "HERE" };
    const text = inner === undefined ? value : JSON.stringify(object).replace('"HERE"', () => value);
    const transformed = transformWith(`"${key}":${text}`);
    if (transformed.kind === "reading") expect(transformed.rejection?.issues.length ?? 0).toBeLessThan(40);
    else
      expect(transformed).toMatchObject({
        kind: "rejection",
        rejection: { plantId: 7, readingRejected: true },
      });
    expect(JSON.stringify(transformed)).not.toContain("internal error");
  });

  test("as the body: a rejection, not an API error, and recordable", () => {
    for (const status of [200, 404, 500])
      expect(transformResponse(buildResponse(7, value, status), lmnhTransform()).kind).toBe("rejection");
    expect(parseApiNotice(value)).toBeNull();
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

test.each([
  [
    "an error",
    new RangeError("Maximum call stack size exceeded"),
    "RangeError: Maximum call stack size exceeded",
  ],
  ["a value that is no text", Object.create(null) as unknown, "internal error"],
])(
  "transformResponse rejects the response whose transform throws %s, and no other one",
  (_name, thrown, reason) => {
    const lmnh = lmnhTransform();
    const transform: Transform = (response) => {
      if (response.plantId === 2) throw thrown;
      return lmnh(response);
    };
    const results = [1, 2, 3].map((plantId) => transformResponse(buildResponse(plantId), transform));
    expect(results.map(({ kind }) => kind)).toEqual(["reading", "rejection", "reading"]);
    expect(results[1]).toMatchObject({
      rejection: {
        plantId: 2,
        readingRejected: true,
        issues: [{ message: expect.stringContaining(reason) }],
        body: JSON.stringify(buildPayload(2)),
      },
    });
  },
);
