import { createHash } from "node:crypto";
import { QualityFlag } from "@lmnh/plant-schema";
import { fc, test as property } from "@lmnh/testing/property";
import { describe, expect, test } from "vitest";
import { buildFailure, buildPayload, buildResponse } from "../../src/testing/builders.js";
import type { ApiVersion } from "../../src/transform/api-versions.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";
import { transformResponse } from "../../src/transform/transform-response.js";

const interpret = (plantId: number, body?: unknown, status?: number) =>
  transformResponse(buildResponse(plantId, body, status), lmnhTransform());

const botanist = { name: "Ada", email: "a@b", phone: "1" };
const origin = { latitude: 1, longitude: 2, city: "Reus", country: "Spain" };

function readingOf(body: unknown, plantId = 9) {
  const transformed = interpret(plantId, body);
  if (transformed.kind !== "reading") throw new Error(`not a reading: ${JSON.stringify(transformed)}`);
  return transformed;
}

function rejectionOf(body: unknown, status = 200, plantId = 9) {
  const transformed = interpret(plantId, body, status);
  if (transformed.kind !== "rejection") throw new Error(`not a rejection: ${JSON.stringify(transformed)}`);
  return transformed.rejection;
}

describe("transformResponse returns a reading for each API version", () => {
  const common = { plant_id: 9, name: "Cactus", temperature: 12.5, soil_moisture: 40.25 };
  const older = {
    ...common,
    botanist: { name: "Ada Green", email: "Ada.Green@lnhm.co.uk ", phone: "001-305-555-0162x591" },
    origin_location: ["-19.32556", "-41.25528", "Resplendor", "BR", "America/Sao_Paulo"],
    last_watered: "Wed, 10 May 2023 14:03:04 GMT",
    recording_taken: "2023-05-11 09:31:39",
  };
  const newer = {
    ...common,
    botanist: { name: "Ada Green", email: "ada.green@lnhm.co.uk", phone: "305.555.0162 x591" },
    last_watered: "2023-05-10T14:03:04.000Z",
    recording_taken: "2023-05-11T09:31:39.000Z",
  };
  const samples: Record<ApiVersion, Record<string, unknown>> = {
    v0: { ...older, cycle: "Perennial", sunlight: ["Full sun"] },
    v1: older,
    v2: {
      ...newer,
      origin_location: { latitude: -19.32556, longitude: -41.25528, city: "Resplendor", country: "Brazil" },
    },
    v3: {
      ...newer,
      last_watered: "2023-05-10T14:03:04",
      recording_taken: "2023-05-11T09:31:39.000417",
      origin_location: {
        latitude: "-19.32556",
        longitude: "-41.25528",
        city: "Resplendor",
        country: "Brazil",
      },
    },
  };

  test.each(Object.entries(samples))("%s, with the same values", (_apiVersion, sample) => {
    const { reading, plant, rejection, unknownKeys } = readingOf(sample);
    expect(reading).toEqual({
      plantId: 9,
      recordingTaken: "2023-05-11T09:31:39.000Z",
      lastWatered: "2023-05-10T14:03:04.000Z",
      temperature: 12.5,
      soilMoisture: 40.25,
      qualityFlag: QualityFlag.staleTime,
    });
    expect(plant).toEqual({
      plantId: 9,
      name: "Cactus",
      scientificName: null,
      imageUrl: null,
      imageLicenseUrl: null,
      thumbnailUrl: null,
      botanist: { email: "ada.green@lnhm.co.uk", name: "Ada Green", phone: "+13055550162 x591" },
      origin: {
        city: { name: "Resplendor", country: { code: "BR", name: "Brazil" } },
        latitude: -19.32556,
        longitude: -41.25528,
      },
      observedAt: "2026-01-28T12:00:01.000Z",
    });
    expect(rejection).toBeNull();
    expect(unknownKeys).toEqual([]);
  });
});

test("transformResponse accepts images that are absent, null, complete or a placeholder", () => {
  const { images: _images, ...without } = buildPayload(9);
  expect(readingOf(without).plant.imageUrl).toBeNull();
  expect(readingOf(buildPayload(9, { images: null })).plant.imageUrl).toBeNull();
  expect(readingOf(buildPayload(9)).plant).toMatchObject({
    imageUrl: "https://example.org/9/original.jpg",
    imageLicenseUrl: "https://example.org/licence",
    thumbnailUrl: "https://example.org/9/thumbnail.jpg",
  });
  const placeholder = "https://perenual.com/storage/image/upgrade_access.jpg";
  const shown = {
    license: 451,
    license_url: "https://example.org/zero",
    original_url: placeholder,
    thumbnail: placeholder,
  };
  const { plant, rejection } = readingOf(buildPayload(9, { images: shown }));
  expect(plant).toMatchObject({ imageUrl: null, imageLicenseUrl: null, thumbnailUrl: null });
  expect(rejection).toBeNull();
});

describe("transformResponse keeps and flags a value out of range", () => {
  const minute = "2026-01-28T12:00:00.000Z";
  test.each<[string, Record<string, unknown>, number]>([
    ["below zero moisture", { soil_moisture: -23.27 }, QualityFlag.soilMoistureRange],
    ["too much moisture", { soil_moisture: 100.01 }, QualityFlag.soilMoistureRange],
    ["heat", { temperature: 119.5 }, QualityFlag.temperatureRange],
    [
      "heat and drought",
      { temperature: 119.5, soil_moisture: -1 },
      QualityFlag.temperatureRange | QualityFlag.soilMoistureRange,
    ],
    ["a time to come", { recording_taken: "2026-01-28T12:10:00" }, QualityFlag.futureTime],
    ["a time long past", { recording_taken: "2026-01-28T10:00:00" }, QualityFlag.staleTime],
    ["a watering to come", { last_watered: "2026-01-28T13:00:00" }, QualityFlag.wateringTime],
    ["nothing to remark", { temperature: 0, soil_moisture: 100, recording_taken: minute }, 0],
  ])("%s", (_name, overrides, flag) => {
    const { reading } = readingOf(buildPayload(9, overrides));
    expect(reading.qualityFlag).toBe(flag);
    expect(reading).toMatchObject({
      temperature: overrides.temperature ?? 15.25,
      soilMoisture: overrides.soil_moisture ?? 61.5,
    });
  });
});

describe("transformResponse returns a notice for an error of the API", () => {
  test.each([
    [404, { error: "plant not found", plant_id: 7 }, "not_found"],
    [404, { error: "plant on loan to another museum", plant_id: 43 }, "on_loan"],
    [500, { error: "plant sensor fault", plant_id: 16 }, "sensor_fault"],
  ])("%d %o", (status, body, kind) => {
    expect(interpret(9, body, status)).toEqual({
      kind: "notice",
      notice: { plantId: 9, kind, noticedAt: "2026-01-28T12:00:01.000Z" },
    });
  });
});

describe("transformResponse rejects an invalid response, with body, path and problem", () => {
  test.each<[string, unknown, number, string]>([
    ["no JSON", "<html>welcome</html>", 200, ""],
    ["cut JSON", '{"plant_id": 9, "na', 200, ""],
    ["nothing", "", 200, ""],
    ["null", "null", 200, ""],
    ["an array", "[]", 200, ""],
    ["a number", "12", 200, ""],
    ["text for a temperature", buildPayload(9, { temperature: "hot" }), 200, "temperature"],
    ["null for a temperature", buildPayload(9, { temperature: null }), 200, "temperature"],
    ["a list for moisture", buildPayload(9, { soil_moisture: [1] }), 200, "soil_moisture"],
    ["another plant", buildPayload(10), 200, "plant_id"],
    ["no time", buildPayload(9, { recording_taken: "yesterday" }), 200, "recording_taken"],
    ["a page for a 404", "<html>nothing here</html>", 404, ""],
    ["a refusal", { message: "forbidden" }, 403, ""],
    ["an unknown error", { error: "plant is shy" }, 404, ""],
  ])("%s", (_name, body, status, path) => {
    const { issues, ...rejection } = rejectionOf(body, status);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    expect(issues.map((issue) => issue.path)).toEqual(path === "" ? [""] : expect.arrayContaining([path]));
    expect(rejection).toEqual({
      plantId: 9,
      receivedAt: "2026-01-28T12:00:01.000Z",
      httpStatus: status,
      readingRejected: true,
      bodyEncoding: "text",
      body: text,
      bodyBytes: Buffer.byteLength(text),
      digest: createHash("sha256").update(text).digest("hex"),
    });
  });

  test("with all issues and the offending values", () => {
    const { issues } = rejectionOf({ plant_id: 9, temperature: "hot", soil_moisture: true });
    expect(issues).toEqual([
      { path: "recording_taken", message: "is missing", value: "nothing" },
      { path: "temperature", message: "is not a number", value: '"hot"' },
      { path: "soil_moisture", message: "is not a number", value: "true" },
    ]);
  });

  test("a body that exceeds the limit", () => {
    const response = buildResponse(9, "x".repeat(100));
    const transformed = transformResponse(
      { ...response, outcome: { kind: "received", status: 200, body: "x".repeat(100), cut: true } },
      lmnhTransform(),
    );
    expect(transformed).toMatchObject({
      kind: "rejection",
      rejection: { issues: [{ message: "is longer than 100 bytes, the limit of a response" }] },
    });
  });
});

describe("transformResponse keeps the reading with an invalid detail", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["name", { name: 12 }, "name"],
    ["scientific name", { scientific_name: [5] }, "scientific_name.0"],
    ["scientific names", { scientific_name: Array(21).fill("Filix") }, "scientific_name"],
    ["town", { origin_location: ["1", "2", 5, "BR"] }, "origin_location.2"],
    ["position", { origin_location: { ...origin, latitude: [] } }, "origin_location.latitude"],
    ["last watering", { last_watered: "never" }, "last_watered"],
    ["botanist", { botanist: "Ada" }, "botanist"],
    ["botanist's address", { botanist: { name: "Ada", email: "nowhere", phone: "" } }, "botanist.email"],
    ["origin", { origin_location: "Brazil" }, "origin_location"],
    [
      "latitude",
      { origin_location: { latitude: "95", longitude: "0", city: "Reus", country: "Spain" } },
      "origin_location.latitude",
    ],
    ["images", { images: [] }, "images"],
    ["picture", { images: { original_url: "no address" } }, "images.original_url"],
  ])("%s", (_name, overrides, path) => {
    const { reading, rejection } = readingOf(buildPayload(9, overrides));
    expect(reading).toMatchObject({ temperature: 15.25, soilMoisture: 61.5 });
    expect(rejection).toMatchObject({ readingRejected: false, issues: [{ path }] });
  });
});

test("transformResponse flags an invalid watering time and omits it", () => {
  const { reading } = readingOf(buildPayload(9, { last_watered: "never" }));
  expect(reading).toMatchObject({ lastWatered: null, qualityFlag: QualityFlag.wateringTime });
});

test("transformResponse flags a missing watering time, unless the API has none", () => {
  const readingWith = (last_watered: unknown, flagMissingWatering: boolean) =>
    transformResponse(
      buildResponse(9, buildPayload(9, { last_watered })),
      lmnhTransform({ flagMissingWatering }),
    );
  const { wateringTime } = QualityFlag;
  for (const [value, flagMissingWatering, qualityFlag] of [
    [undefined, true, wateringTime],
    [null, true, wateringTime],
    [undefined, false, 0],
    [null, false, 0],
    ["never", false, wateringTime],
    ["2026-01-28T12:00:01", false, wateringTime],
    ["2026-01-28T11:00:00", false, 0],
  ] as const)
    expect(readingWith(value, flagMissingWatering)).toMatchObject({ reading: { qualityFlag } });
});

test("transformResponse accepts a missing botanist, and one without a phone number", () => {
  expect(readingOf(buildPayload(9, { botanist: null })).plant.botanist).toBeNull();
  const { plant, rejection } = readingOf(
    buildPayload(9, { botanist: { name: "Ada", email: "ms..ada.@lnhm.co.uk" } }),
  );
  expect(plant.botanist).toEqual({ name: "Ada", email: "ms..ada.@lnhm.co.uk", phone: "" });
  expect(rejection).toBeNull();
});

test("transformResponse lists unknown keys", () => {
  const { unknownKeys, unknownKeysOmitted, rejection } = readingOf(
    buildPayload(9, { mood: "good", botanist: { name: "Ada", email: "a@b", phone: "1", title: "Dr" } }),
  );
  expect(unknownKeys).toEqual(["mood", "botanist.title"]);
  expect(unknownKeysOmitted).toBe(0);
  expect(rejection).toBeNull();
});

test("transformResponse bounds the list of unknown keys and counts the others", () => {
  const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`key ${index}`, 0]));
  const { unknownKeys, unknownKeysOmitted } = readingOf(
    buildPayload(9, { ["long ".repeat(10_000)]: 0, ...many }),
  );
  expect(unknownKeys).toHaveLength(20);
  expect(unknownKeys[0]).toBe(`${"long ".repeat(16)}…`);
  expect(unknownKeysOmitted).toBe(60_001 - 20);
});

describe("transformResponse uses the last value of a repeated key, and rejects the details", () => {
  const twice = (extra: string) => readingOf(`${JSON.stringify(buildPayload(9)).slice(0, -1)},${extra}}`);

  test.each([
    ["a measurement", '"temperature":9', "temperature"],
    ["an escaped spelling", '"temp\\u0065rature" :9', "temperature"],
    ["the plant", '"plant_id":9', "plant_id"],
    ["a detail", '"name":"Fern"', "name"],
    ["a detail's detail", '"images":{"thumbnail":"http://a/1","thumbnail":"http://a/2"}', "images.thumbnail"],
  ])("%s", (_name, extra, path) => {
    const { reading, rejection } = twice(extra);
    expect(reading.temperature).toBe(path === "temperature" ? 9 : 15.25);
    expect(rejection).toMatchObject({ readingRejected: false });
    expect(rejection?.issues).toContainEqual({
      path,
      message: "occurs more than once in the response; the last value is used",
      value: JSON.stringify(path),
    });
  });

  test("as one rejection, whatever its values", () => {
    expect(twice('"temperature":9').rejection?.digest).toBe(twice('"temperature":10').rejection?.digest);
  });

  test("but not for an unknown key", () => {
    expect(twice('"mood":1,"mood":2,"botanist_":{"name":1,"name":2}').rejection).toBeNull();
  });
});

describe("transformResponse rejects a number that is not finite", () => {
  test.each([
    ["1e309", "Infinity"],
    ["-1e309", "-Infinity"],
    ['"1e309"', '"1e309"'],
  ])("%s", (written, value) => {
    const { issues } = rejectionOf(JSON.stringify(buildPayload(9)).replace("15.25", () => written));
    expect(issues).toEqual([{ path: "temperature", message: "is not a finite number", value }]);
  });
});

test("transformResponse converts minus zero to zero", () => {
  const { reading } = readingOf(JSON.stringify(buildPayload(9)).replace("15.25", "-0"));
  expect(Object.is(reading.temperature, 0)).toBe(true);
});

test("transformResponse keeps a leap second in its own minute", () => {
  const { reading, rejection } = readingOf(
    buildPayload(9, {
      recording_taken: "2026-06-30 23:59:60",
      last_watered: "Tue, 30 Jun 2026 23:59:60 GMT",
    }),
  );
  expect(reading.recordingTaken).toBe("2026-06-30T23:59:59.999Z");
  expect(reading.lastWatered).toBe("2026-06-30T23:59:59.999Z");
  expect(rejection).toBeNull();
});

describe.each([
  ["name", (text: string) => ({ name: text })],
  ["scientific_name.0", (text: string) => ({ scientific_name: [text] })],
  ["botanist.name", (text: string) => ({ botanist: { ...botanist, name: text } })],
  ["botanist.email", (text: string) => ({ botanist: { ...botanist, email: `${text}@example.org` } })],
  ["botanist.phone", (text: string) => ({ botanist: { ...botanist, phone: text } })],
  ["origin_location.city", (text: string) => ({ origin_location: { ...origin, city: text } })],
  ["origin_location.country", (text: string) => ({ origin_location: { ...origin, country: text } })],
])("transformResponse: the text of %s", (path, overrides) => {
  const stored = (text: string) => JSON.stringify(readingOf(buildPayload(9, overrides(text))).plant);

  test.each(["Orchid\ud83d", "\udc00Orchid", "a\ud83d\ud83c\udf35"])(
    "is invalid with half of a surrogate pair: %j",
    (text) => {
      const { plant, rejection } = readingOf(buildPayload(9, overrides(text)));
      expect(rejection).toMatchObject({
        readingRejected: false,
        issues: [{ path, message: expect.stringContaining("half of a surrogate pair") }],
      });
      expect(JSON.stringify(plant)).not.toMatch(/\ufffd|\\ud/i);
    },
  );

  test("has no control, direction or zero-width characters", () => {
    for (const unit of [
      "\u0000",
      "\u001b",
      "\u007f",
      "\u009b",
      "\u00ad",
      "\u061c",
      "\u200b",
      "\u200e",
      "\u202e",
      "\u2066",
      "\ufeff",
    ])
      expect(stored(`Or${unit}chid`)).not.toContain(JSON.stringify(unit).slice(1, -1));
  });

  test("fits the column of SQL Server, in UTF-16 code units", () => {
    for (const [unit, length] of [
      ["🌵", 2],
      ["x", 1],
      ["İ", 1],
      ["\u0958", 1],
    ] as const) {
      const { plant, rejection } = readingOf(
        buildPayload(9, overrides(unit.repeat(Math.floor(240 / length)))),
      );
      const texts = [
        plant.name,
        plant.scientificName,
        plant.botanist?.name,
        plant.botanist?.email,
        plant.botanist?.phone,
      ];
      for (const text of [...texts, plant.origin?.city.name, plant.origin?.city.country.name])
        expect(text?.length ?? 0).toBeLessThanOrEqual(255);
      if (unit === "🌵" || unit === "x") expect(rejection).toBeNull();
      expect(readingOf(buildPayload(9, overrides(unit.repeat(260 / length)))).rejection).toMatchObject({
        readingRejected: false,
      });
    }
  });
});

describe("transformResponse: the URL of a picture", () => {
  test("is invalid with half of a surrogate pair", () => {
    const { plant, rejection } = readingOf(
      buildPayload(9, { images: { original_url: "https://a/\ud83d.jpg" } }),
    );
    expect(plant.imageUrl).toBeNull();
    expect(rejection).toMatchObject({ issues: [{ path: "images.original_url" }] });
  });

  test("has no control or invisible characters", () => {
    const url = "https://a/\u202e\u001b[2J\u200b.jpg";
    expect(readingOf(buildPayload(9, { images: { original_url: url } })).plant.imageUrl).toMatch(/^[!-~]+$/);
  });
});

test("transformResponse keeps joiners that join, and removes others", () => {
  const nameOf = (name: string) => readingOf(buildPayload(9, { name })).plant.name;
  expect(nameOf("می\u200cخواهم 👩\u200d🌾")).toBe("می\u200cخواهم 👩\u200d🌾");
  expect(nameOf("\u200dFe\u200crn \u200d fern")).toBe("Fern fern");
});

describe("transformResponse: a rejected body of more than 65,536 code units", () => {
  const long = (unit: string) => `<${unit.repeat(100_000)}`;

  test("is cut, with an issue of its size", () => {
    const rejection = rejectionOf(long("x"));
    expect(rejection.body).toBe(`<${"x".repeat(65_535)}`);
    expect(rejection.bodyBytes).toBe(100_001);
    expect(rejection.issues.map(({ message }) => message)).toEqual([
      "is not JSON",
      "is kept to its first 65536 of 100001 bytes",
    ]);
  });

  test("is not cut within a character", () => {
    const { body } = rejectionOf(long("🌵"));
    expect(body.isWellFormed()).toBe(true);
    expect(body).toHaveLength(65_535);
  });

  test("has a digest of the complete body", () => {
    const [one, other] = ["1", "2"].map((end) => rejectionOf(long("x") + end));
    expect(one?.body).toBe(other?.body);
    expect(one?.digest).not.toBe(other?.digest);
  });

  test("is marked also in a rejection of details, whose digest does not depend on the size", () => {
    const detail = (length: number) =>
      readingOf(buildPayload(9, { name: 5, extra: "x".repeat(length) })).rejection;
    expect(detail(100_000)?.issues).toMatchObject([
      { path: "name" },
      { message: expect.stringMatching(/^is kept to/) },
    ]);
    expect(detail(100_000)?.digest).toBe(detail(10)?.digest);
  });
});

test("transformResponse returns a failure for a failed request", () => {
  expect(transformResponse(buildFailure(9), lmnhTransform())).toEqual({
    kind: "failure",
    plantId: 9,
    failure: { kind: "failed", code: "timeout", message: "no complete response within 10000 ms" },
  });
});

const anyStatus = fc.integer({ min: 200, max: 599 });

property(
  "transformResponse of any body returns a reading, notice or rejection",
  [fc.oneof(fc.string(), fc.json()), anyStatus],
  (body, status) => {
    expect(["reading", "notice", "rejection"]).toContain(interpret(9, body, status).kind);
  },
);

property(
  "transformResponse of any value for any key does not throw and loses nothing",
  [fc.constantFrom(...Object.keys(buildPayload(9))), fc.anything({ maxDepth: 3 }), anyStatus],
  (key, value, status) => {
    const body = JSON.stringify(buildPayload(9, { [key]: value }), (_key, inner: unknown) =>
      typeof inner === "bigint" ? String(inner) : inner,
    );
    const transformed = interpret(9, body, status);
    if (transformed.kind === "rejection") expect(transformed.rejection.body).toBe(body);
    else expect(transformed.kind).toBe("reading");
  },
);
