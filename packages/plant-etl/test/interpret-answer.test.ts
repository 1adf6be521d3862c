import { QualityFlag } from "@lmnh/plant-schema";
import { describe, expect, test } from "vitest";
import { buildAnswer, buildFailure, buildPayload } from "../src/testing/builders.js";
import { interpretAnswer } from "../src/transform/interpret-answer.js";
import { defaultTransformSettings } from "../src/transform/settings.js";
import { fc, test as property } from "./helpers/property.js";

const interpret = (plantId: number, body?: unknown, status?: number) =>
  interpretAnswer(buildAnswer(plantId, body, status), defaultTransformSettings);

function readingOf(body: unknown, plantId = 9) {
  const meaning = interpret(plantId, body);
  if (meaning.kind !== "reading") throw new Error(`not a reading: ${JSON.stringify(meaning)}`);
  return meaning;
}

function rejectionOf(body: unknown, status = 200, plantId = 9) {
  const meaning = interpret(plantId, body, status);
  if (meaning.kind !== "rejection") throw new Error(`not a rejection: ${JSON.stringify(meaning)}`);
  return meaning.rejection;
}

describe("an answer in the form of each era is a reading", () => {
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
  const eras: Record<string, Record<string, unknown>> = {
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

  test.each(Object.keys(eras))("%s, to the same values", (era) => {
    const { reading, plant, rejection, unknownKeys } = readingOf(eras[era]);
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

test("images may be absent, null, whole, or a placeholder", () => {
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

describe("a value out of its range is kept and flagged", () => {
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

describe("what the API says instead of a reading is a notice", () => {
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

describe("an answer that breaks the contract is kept whole, with what is wrong and where", () => {
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
    expect(issues.map((issue) => issue.path)).toEqual(path === "" ? [""] : expect.arrayContaining([path]));
    expect(rejection).toEqual({
      plantId: 9,
      receivedAt: "2026-01-28T12:00:01.000Z",
      httpStatus: status,
      wholeAnswer: true,
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  });

  test("every issue is named in one pass, with the offending value", () => {
    const { issues } = rejectionOf({ plant_id: 9, temperature: "hot", soil_moisture: true });
    expect(issues).toEqual([
      { path: "recording_taken", message: "is missing", value: "nothing" },
      { path: "temperature", message: "is not a number", value: '"hot"' },
      { path: "soil_moisture", message: "is not a number", value: "true" },
    ]);
  });

  test("a body that was longer than the cap", () => {
    const answer = buildAnswer(9, "x".repeat(100));
    const meaning = interpretAnswer(
      { ...answer, outcome: { kind: "answered", status: 200, body: "x".repeat(100), cut: true } },
      defaultTransformSettings,
    );
    expect(meaning).toMatchObject({
      kind: "rejection",
      rejection: { issues: [{ message: "is longer than the 100 bytes an answer may have" }] },
    });
  });
});

describe("a broken detail does not cost the reading", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["name", { name: 12 }, "name"],
    ["scientific name", { scientific_name: [5] }, "scientific_name"],
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
    expect(rejection).toMatchObject({ wholeAnswer: false, issues: [{ path }] });
  });
});

test("a watering time that cannot be read is flagged and left out", () => {
  const { reading } = readingOf(buildPayload(9, { last_watered: "never" }));
  expect(reading).toMatchObject({ lastWatered: null, qualityFlag: QualityFlag.wateringTime });
});

test("a botanist may be missing, or have no telephone", () => {
  expect(readingOf(buildPayload(9, { botanist: null })).plant.botanist).toBeNull();
  const { plant, rejection } = readingOf(
    buildPayload(9, { botanist: { name: "Ada", email: "ms..ada.@lnhm.co.uk" } }),
  );
  expect(plant.botanist).toEqual({ name: "Ada", email: "ms..ada.@lnhm.co.uk", phone: "" });
  expect(rejection).toBeNull();
});

test("keys that no era knows are named and harm nothing", () => {
  const { unknownKeys, rejection } = readingOf(
    buildPayload(9, { mood: "good", botanist: { name: "Ada", email: "a@b", phone: "1", title: "Dr" } }),
  );
  expect(unknownKeys).toEqual(["mood", "botanist.title"]);
  expect(rejection).toBeNull();
});

test("no answer is a failure, with its reason", () => {
  expect(interpretAnswer(buildFailure(9), defaultTransformSettings)).toEqual({
    kind: "failure",
    plantId: 9,
    failure: { kind: "failed", code: "timeout", message: "no answer within 10 s" },
  });
});

const anyStatus = fc.integer({ min: 200, max: 599 });

property(
  "no body whatever throws: it is one of reading, notice and rejection",
  [fc.oneof(fc.string(), fc.json()), anyStatus],
  (body, status) => {
    expect(["reading", "notice", "rejection"]).toContain(interpret(9, body, status).kind);
  },
);

property(
  "no value in the place of any other throws, or is lost",
  [fc.constantFrom(...Object.keys(buildPayload(9))), fc.anything({ maxDepth: 3 }), anyStatus],
  (key, value, status) => {
    const body = JSON.stringify(buildPayload(9, { [key]: value }), (_key, inner: unknown) =>
      typeof inner === "bigint" ? String(inner) : inner,
    );
    const meaning = interpret(9, body, status);
    if (meaning.kind === "rejection") expect(meaning.rejection.body).toBe(body);
    else expect(meaning.kind).toBe("reading");
  },
);
