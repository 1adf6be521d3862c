import type { Country } from "@lmnh/plant-schema";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Batch } from "../batch.js";
import { noFlags } from "../count-flags.js";
import type { StoredState } from "../load/memory-plant-store.js";
import type { PlantStore } from "../ports.js";
import type { Report, RunStart } from "../report.js";
import type { PlantResponse } from "../response.js";
import { buildBatch } from "../transform/batch-builder.js";
import { defaultTransformOptions } from "../transform/transform-options.js";
import { buildPayload, buildResponse, type Payload } from "./builders.js";

/** A store on an empty, migrated database, and access to its content. */
export interface StoreUnderTest {
  readonly store: PlantStore;
  /** The content of the store, in the order of `StoredState`. */
  state(): Promise<StoredState>;
  close(): Promise<void>;
}

export interface PlantStoreContractOptions {
  readonly name: string;
  /** Creates the store of a test. */
  readonly make: () => Promise<StoreUnderTest>;
  /** Reasons to skip tests, by test name. */
  readonly skips?: Readonly<Record<string, string>>;
}

const run: RunStart = {
  runId: "7b0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11",
  startedAt: "2026-01-28T12:00:00.000Z",
};

function country(code: string | null, name: string): Country {
  return { code, name };
}

const running = {
  runId: run.runId,
  state: "running",
  outcome: null,
  reason: null,
  exitCode: null,
  report: null,
};

const reportOfOne: Report = {
  ...run,
  finishedAt: "2026-01-28T12:00:09.000Z",
  durationMs: 9000,
  requested: 3,
  loaded: 1,
  duplicates: 0,
  conflicts: 0,
  flagged: 0,
  flags: noFlags,
  notices: { notFound: 1, onLoan: 0, sensorFault: 0 },
  rejected: 0,
  failed: 1,
  invalidDetails: 0,
  medianAgeMs: 30_500,
  outcome: "degraded",
  reason: "all_stale",
  exitCode: 65,
  complete: true,
  failures: [{ code: "timeout", count: 1, plants: "3", message: "no complete response within 10000 ms" }],
  unknownKeys: [],
  unknownKeysOmitted: 0,
};

/** Declares vitest tests of everything that `PlantStore` guarantees. Call it at the top of a test file. */
export function plantStoreContract({ name, make, skips = {} }: PlantStoreContractOptions): void {
  describe(`PlantStore contract: ${name}`, () => {
    let under: StoreUnderTest;
    beforeEach(async ({ skip, task }) => {
      skip(task.name in skips, skips[task.name]);
      under = await make();
      await under.store.beginRun(run);
    });
    afterEach(() => under?.close());

    const load = async (batch: Batch) => {
      const { flags: _flags, ...counts } = await under.store.load(batch, run);
      return counts;
    };

    test("load stores numbers exactly and times to the millisecond", async () => {
      const values = [Math.PI, -23.27, 0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, 12];
      const batch = batchOf(
        values.map((value, plantId) => ({
          plantId,
          payload: {
            temperature: value,
            soil_moisture: -value,
            recording_taken: `2026-01-28T12:00:00.00${plantId}`,
          },
        })),
      );
      expect(await load(batch)).toEqual({ loaded: 7, duplicates: 0, conflicts: 0, flagged: 7 });
      const { readings, plants } = await under.state();
      expect(readings).toEqual(batch.readings);
      expect(plants).toEqual(batch.plants);
    });

    test("load of the same batch a second time changes nothing", async () => {
      const batch = batchOf([
        { plantId: 1 },
        { plantId: 2 },
        { plantId: 3, body: "<html>" },
        { plantId: 7, notFound: true },
      ]);
      expect(await load(batch)).toEqual({ loaded: 2, duplicates: 0, conflicts: 0, flagged: 0 });
      const before = await under.state();
      expect(await load(batch)).toEqual({ loaded: 0, duplicates: 2, conflicts: 0, flagged: 0 });
      expect(await under.state()).toEqual(before);
    });

    test("load of a batch with a rejected row stores nothing and names the row", async () => {
      const batch = batchOf([{ plantId: 1 }, { plantId: 2 }, { plantId: 7, notFound: true }]);
      const orphaned = { ...batch, plants: batch.plants.filter(({ plantId }) => plantId === 1) };
      const before = await under.state();
      await expect(load(orphaned)).rejects.toThrow(/\bplant 2\b/);
      expect(await under.state()).toEqual(before);
      expect(await load(batch)).toEqual({ loaded: 2, duplicates: 0, conflicts: 0, flagged: 0 });
    });

    test("load stores a reading that occurs twice in a batch once", async () => {
      const batch = batchOf([{ plantId: 1 }, { plantId: 1 }]);
      expect(await load(batch)).toEqual({ loaded: 1, duplicates: 1, conflicts: 0, flagged: 0 });
    });

    test("load keeps the first reading of a plant and time, and quarantines a conflicting one", async () => {
      const reading = (temperature: number) => batchOf([{ plantId: 1, payload: { temperature } }]);
      const conflict = { loaded: 0, duplicates: 0, conflicts: 1, flagged: 0 };
      await load(reading(10));
      expect(await load(reading(20))).toEqual(conflict);
      expect(await load(reading(20))).toEqual(conflict);
      expect(await load(reading(10))).toEqual({ ...conflict, duplicates: 1, conflicts: 0 });
      expect(await load(reading(30))).toEqual(conflict);
      const { readings, conflicts } = await under.state();
      expect(readings.map(({ temperature }) => temperature)).toEqual([10]);
      // Each once, with all values of the reading.
      const [stored] = readings;
      const kept = {
        plant_id: 1,
        soil_moisture: stored?.soilMoisture,
        recording_taken: stored?.recordingTaken,
        last_watered: stored?.lastWatered,
        quality_flag: 0,
        ingested_at: run.startedAt,
        run_id: run.runId,
      };
      expect(conflicts).toEqual([
        { ...kept, temperature: 20 },
        { ...kept, temperature: 30 },
      ]);
    });

    test("load stores the first of a batch's readings of one plant and time; others are duplicates or conflicts", async () => {
      const batch = batchOf(
        [10, 20, 10, 20].map((temperature) => ({ plantId: 1, payload: { temperature } })),
      );
      expect(await load(batch)).toEqual({ loaded: 1, duplicates: 1, conflicts: 2, flagged: 0 });
      const { readings, conflicts } = await under.state();
      expect(readings.map(({ temperature }) => temperature)).toEqual([10]);
      expect(conflicts.map(({ temperature }) => temperature)).toEqual([20]);
    });

    test("readings that differ in the last bit, or in the time of watering alone, conflict", async () => {
      await load(batchOf([{ plantId: 1, payload: { temperature: 0.3, soil_moisture: 1e-7 } }]));
      const others: Payload[] = [
        { temperature: 0.1 + 0.2, soil_moisture: 1e-7 },
        { temperature: 0.3, soil_moisture: 1.0000000000000002e-7 },
        { temperature: 0.3, soil_moisture: 1e-7, last_watered: "2026-01-27T01:00:00" },
        { temperature: 0.3, soil_moisture: 1e-7, last_watered: null },
      ];
      const batch = batchOf(others.map((payload) => ({ plantId: 1, payload })));
      expect(await load(batch)).toEqual({ loaded: 0, duplicates: 0, conflicts: 4, flagged: 0 });
      expect((await under.state()).conflicts).toHaveLength(4);
    });

    test("load counts loaded readings by quality flag, duplicates not", async () => {
      const payload = { temperature: 99, soil_moisture: -3 };
      const batch = batchOf([
        { plantId: 1, payload },
        { plantId: 2, payload: { temperature: 99 } },
        { plantId: 3 },
      ]);
      const flags = { ...noFlags, temperatureRange: 2, soilMoistureRange: 1 };
      expect(await under.store.load(batch, run)).toMatchObject({ loaded: 3, flagged: 2, flags });
      expect(await under.store.load(batch, run)).toMatchObject({ loaded: 0, flagged: 0, flags: noFlags });
    });

    test("load accepts an empty batch", async () => {
      expect(await load({ plants: [], readings: [], notices: [], rejections: [] })).toEqual({
        loaded: 0,
        duplicates: 0,
        conflicts: 0,
        flagged: 0,
      });
    });

    test.each<[string, readonly Country[]]>([
      ["two codes", [country("AA", "Atlantis"), country("BB", "Atlantis")]],
      ["a code and none", [country(null, "Atlantis"), country("AA", "Atlantis")]],
      [
        "two codes, each with a second name",
        [country("BB", "Mu"), country("BB", "Atlantis"), country("AA", "Atlantis")],
      ],
      ["a code and none, in other letters", [country("AA", "Atlantis"), country(null, "ATLANTIS")]],
      ["two codes, in other letters", [country("AA", "Atlantis"), country("BB", "atlantis")]],
    ])("load accepts countries with one name and %s, in any order", async (_what, countries) => {
      const orders = [countries, [...countries].reverse()];
      for (const [turn, order] of orders.entries()) {
        const { plants, ...rest } = batchOf(order.map((_country, index) => ({ plantId: 10 * turn + index })));
        const batch = {
          ...rest,
          plants: plants.map((plant, index) => ({
            ...plant,
            origin: {
              city: { name: `City ${turn}${index}`, country: order[index] ?? country(null, "") },
              latitude: 1,
              longitude: 2,
            },
          })),
        };
        expect(await load(batch)).toMatchObject({ loaded: order.length });
      }
      const cities = (await under.state()).plants.map(({ origin }) => origin?.city.name);
      expect(cities).toEqual(
        orders.flatMap((order, turn) => order.map((_country, index) => `City ${turn}${index}`)),
      );
    });

    test("load accepts botanists whose addresses a collation may treat as equal", async () => {
      const emails = ["ada@x", "ADA@x", "stra\u00dfe@x", "strasse@x", "\uff41da@x", "ada@x\u200b"];
      const { plants, ...rest } = batchOf(emails.map((_email, plantId) => ({ plantId })));
      const batch = {
        ...rest,
        plants: plants.map((plant, index) => ({
          ...plant,
          botanist: { email: emails[index] ?? "", name: `Ada ${index}`, phone: "" },
        })),
      };
      expect(await load(batch)).toMatchObject({ loaded: emails.length });
      expect((await under.state()).plants.every(({ botanist }) => botanist !== null)).toBe(true);
    });

    test("plants whose names differ in case alone are two plants", async () => {
      const names = { 8: "Bird of paradise", 22: "Bird of Paradise" };
      await load(
        batchOf([8, 22].map((plantId) => ({ plantId, payload: { name: names[plantId as 8 | 22] } }))),
      );
      expect((await under.state()).plants.map((plant) => plant.name)).toEqual(Object.values(names));
    });

    test("load stores text of every script", async () => {
      const text = "Ōhi‘a ‘Striata’ 桜 🌵 'Fire; DROP TABLE plant --\" \\ \t end";
      await load(
        batchOf([
          { plantId: 1, payload: { scientific_name: [text] } },
          { plantId: 2, body: `not JSON: ${text} \0 \ud800` },
        ]),
      );
      const { plants, rejections } = await under.state();
      expect(plants[0]?.scientificName).toBe(text.replace("\t ", ""));
      expect(rejections).toHaveLength(1);
    });

    test("load stores the longest texts and the largest numbers of a valid response", async () => {
      const longest = (end: string) => "🌵".repeat(Math.floor((255 - end.length) / 2)) + end;
      const botanist = { name: longest("b"), email: `${"e".repeat(253)}@x`, phone: longest("p") };
      const url = (name: string) => `https://example.org/${name}`.padEnd(1000, "u");
      const batch = batchOf([
        {
          plantId: 2_147_483_647,
          payload: {
            name: longest("n"),
            scientific_name: [longest("s")],
            botanist,
            origin_location: { latitude: -90, longitude: 180, city: longest("c"), country: longest("l") },
            images: { original_url: url("o"), license_url: url("l"), thumbnail: url("t") },
            temperature: -Number.MAX_VALUE,
            soil_moisture: Number.MAX_VALUE,
            recording_taken: "9999-12-31T23:59:59.999Z",
            last_watered: "1753-01-01T00:00:00.000Z",
          },
        },
        { plantId: 2, body: `<${"🌵".repeat(40_000)}` },
      ]);
      expect(await load(batch)).toMatchObject({ loaded: 1, duplicates: 0, flagged: 1 });
      const { plants, readings, rejections } = await under.state();
      expect(plants).toEqual(batch.plants);
      expect(plants[0]).toMatchObject({ botanist, imageUrl: url("o") });
      expect(readings).toEqual(batch.readings);
      expect(rejections).toMatchObject([
        { plantId: 2, issues: expect.stringContaining("is kept to its first") },
      ]);
    });

    test("load updates a plant, but not from an older response", async () => {
      const fern = (name: string, email: string, receivedAt: string) =>
        batchOf([{ plantId: 1, receivedAt, payload: { name, botanist: { name: "Ada", email, phone: "" } } }]);
      await load(fern("Fern", "a@lnhm.co.uk", "2026-01-28T12:00:00.000Z"));
      await load(fern("Great fern", "b@lnhm.co.uk", "2026-01-28T12:02:00.000Z"));
      await load(fern("Small fern", "c@lnhm.co.uk", "2026-01-28T12:01:00.000Z"));
      const [plant] = (await under.state()).plants;
      expect(plant).toMatchObject({ name: "Great fern", botanist: { email: "b@lnhm.co.uk" } });
    });

    test("load keeps a presigned link until a quarter of its lifetime is left, or its path changes", async () => {
      const link = (signedAt: string, path = "aloe") =>
        `https://s3.example.com/${path}.jpg?X-Amz-Date=20260128T${signedAt}Z&X-Amz-Expires=3600&X-Amz-Signature=${signedAt}`;
      const shown = (time: string, url: string) =>
        batchOf([
          {
            plantId: 1,
            receivedAt: `2026-01-28T${time}.000Z`,
            payload: { images: { original_url: url, thumbnail: url } },
          },
        ]);
      const expectShown = async (url: string) =>
        expect((await under.state()).plants).toMatchObject([{ imageUrl: url, thumbnailUrl: url }]);

      await load(shown("12:00:00", link("120000")));
      const before = await under.state();
      await load(shown("12:44:59", link("124459")));
      expect((await under.state()).plants).toEqual(before.plants);
      await load(shown("12:45:00", link("124500")));
      await expectShown(link("124500"));
      await load(shown("12:46:00", link("124600", "fern")));
      await expectShown(link("124600", "fern"));
      await load(shown("12:40:00", link("124000")));
      await expectShown(link("124600", "fern"));
      await load(shown("12:47:00", "https://example.org/fern.jpg"));
      await expectShown("https://example.org/fern.jpg");
      await load(shown("12:48:00", link("124800")));
      await expectShown(link("124800"));
    });

    test("load keeps details that a response does not have", async () => {
      await load(batchOf([{ plantId: 1 }]));
      const before = (await under.state()).plants;
      const silent = {
        name: null,
        scientific_name: null,
        images: null,
        botanist: null,
        origin_location: null,
      };
      await load(batchOf([{ plantId: 1, receivedAt: "2026-01-28T13:00:00.000Z", payload: silent }]));
      expect((await under.state()).plants).toEqual(before);
    });

    test("load stores a plant without details", async () => {
      await load(
        batchOf([
          { plantId: 1, payload: { name: null, botanist: null, origin_location: null, images: null } },
        ]),
      );
      const { plants, readings } = await under.state();
      expect(plants).toMatchObject([{ plantId: 1, name: null, botanist: null, origin: null }]);
      expect(readings).toHaveLength(1);
    });

    test("load stores a botanist of many plants once, with the newest phone number", async () => {
      const botanist = (phone: string) => ({
        botanist: { name: "Ada Green", email: "ada@lnhm.co.uk", phone },
      });
      await load(
        batchOf([1, 2, 3].map((plantId) => ({ plantId, payload: botanist(`305-555-010${plantId}`) }))),
      );
      const phones = (await under.state()).plants.map((plant) => plant.botanist?.phone);
      expect(phones).toEqual(["+13055550103", "+13055550103", "+13055550103"]);
    });

    test("load stores a country once, by its code or any of its names", async () => {
      const from = (country: string, city: string) => ({
        origin_location: { latitude: 1, longitude: 2, city, country },
      });
      await load(batchOf([{ plantId: 1, payload: from("Swaziland", "Manzini") }]));
      await load(
        batchOf([
          { plantId: 2, payload: from("SZ", "Mbabane") },
          { plantId: 3, payload: from("Eswatini", "Manzini") },
        ]),
      );
      const origins = (await under.state()).plants.map((plant) => plant.origin);
      const swaziland = { code: "SZ", name: "Swaziland" };
      expect(origins.map((origin) => origin?.city.country)).toEqual([swaziland, swaziland, swaziland]);
      expect(origins[2]).toEqual(origins[0]);
    });

    test("load stores a country without a code by its name", async () => {
      const origin_location = { latitude: 1, longitude: 2, city: "Poseidonis", country: "Atlantis" };
      await load(batchOf([1, 2].map((plantId) => ({ plantId, payload: { origin_location } }))));
      const { plants } = await under.state();
      expect(plants.map((plant) => plant.origin?.city.country)).toEqual([
        { code: null, name: "Atlantis" },
        { code: null, name: "Atlantis" },
      ]);
    });

    test("load stores an origin without coordinates", async () => {
      const origin_location = { latitude: "999", longitude: 2, city: "Reus", country: "Spain" };
      const batch = batchOf([1, 2].map((plantId) => ({ plantId, payload: { origin_location } })));
      await load(batch);
      await load(batch);
      const { plants } = await under.state();
      expect(plants.map((plant) => [plant.origin?.city.name, plant.origin?.latitude])).toEqual([
        ["Reus", null],
        ["Reus", null],
      ]);
    });

    test("load stores the notices of a day as one row, with the first and the last time", async () => {
      const loadNotices = (...times: string[]) =>
        load(batchOf(times.map((receivedAt) => ({ plantId: 7, notFound: true, receivedAt }))));
      await loadNotices("2026-01-28T12:05:00.000Z", "2026-01-28T12:02:00.000Z", "2026-01-28T12:07:00.000Z");
      await loadNotices("2026-01-28T12:04:00.000Z", "2026-01-28T12:00:00.000Z", "2026-01-28T12:03:00.000Z");
      await loadNotices("2026-01-28T23:59:59.999Z", "2026-01-29T00:00:00.000Z");
      expect((await under.state()).notices).toEqual([
        {
          plantId: 7,
          kind: "not_found",
          noticeDate: "2026-01-28",
          firstNoticed: "2026-01-28T12:00:00.000Z",
          lastNoticed: "2026-01-28T23:59:59.999Z",
        },
        {
          plantId: 7,
          kind: "not_found",
          noticeDate: "2026-01-29",
          firstNoticed: "2026-01-29T00:00:00.000Z",
          lastNoticed: "2026-01-29T00:00:00.000Z",
        },
      ]);
    });

    test("load stores rejected responses, one row per body, and rejected details, one row per set of issues", async () => {
      const bad = (temperature: string) => ({ plantId: 1, payload: { temperature } });
      const badName = (recording_taken: string) => ({ plantId: 2, payload: { name: 5, recording_taken } });
      await load(batchOf([bad("hot"), badName("2026-01-28T12:00:00")]));
      await load(batchOf([bad("hot"), bad("very hot"), badName("2026-01-28T12:01:00")]));
      const { rejections, readings } = await under.state();
      expect(rejections.map(({ plantId, readingRejected }) => [plantId, readingRejected])).toEqual([
        [1, 1],
        [1, 1],
        [2, 0],
      ]);
      expect(readings).toHaveLength(2);
    });

    test("load stores a rejected body that is not text in base64, once", async () => {
      const undecodable = (plantId: number, bytes: Buffer): PlantResponse => ({
        ...buildResponse(plantId),
        outcome: {
          kind: "undecodable",
          status: 200,
          bodyBase64: bytes.toString("base64"),
          cut: false,
          problem: "is not valid utf-8: byte 0xe9 at offset 0",
        },
      });
      const responses = [
        undecodable(1, Buffer.from("é", "latin1")),
        undecodable(1, Buffer.from("è", "latin1")),
        buildResponse(1, "é"),
      ];
      await load(buildBatch(responses, defaultTransformOptions).batch);
      await load(buildBatch(responses, defaultTransformOptions).batch);
      const { rejections } = await under.state();
      expect(rejections.map(({ bodyEncoding }) => bodyEncoding).sort()).toEqual(["base64", "base64", "text"]);
      expect(rejections.filter(({ issues }) => issues.includes("byte 0xe9 at offset 0"))).toHaveLength(2);
    });

    test("load stores a batch of thousands", async () => {
      const batch = batchOf(Array.from({ length: 2345 }, (_, plantId) => ({ plantId })));
      expect(await load(batch)).toEqual({ loaded: 2345, duplicates: 0, conflicts: 0, flagged: 0 });
      expect((await under.state()).readings).toHaveLength(2345);
    });

    test("two concurrent loads of one batch store one row per reading", async () => {
      const batch = batchOf(Array.from({ length: 50 }, (_, plantId) => ({ plantId })));
      const counts = await Promise.all([load(batch), load(batch)]);
      expect(counts.map(({ loaded }) => loaded).sort((a, b) => a - b)).toEqual([0, 50]);
      expect((await under.state()).readings).toHaveLength(50);
    });

    test("beginRun and finishRun add the run and its report to the run log", async () => {
      expect((await under.state()).runs).toEqual([running]);
      const report = reportOfOne;
      await under.store.finishRun(report);
      const ended = { runId: run.runId, outcome: "degraded", reason: "all_stale", exitCode: 65 };
      expect((await under.state()).runs).toEqual([{ ...ended, state: "complete", report }]);
      const cutShort: Report = { ...report, reason: "deadline", exitCode: 75, complete: false };
      await under.store.finishRun(cutShort);
      expect((await under.state()).runs).toMatchObject([{ state: "incomplete", reason: "deadline" }]);
      const failed: Report = { ...cutShort, outcome: "failed", reason: "no_response" };
      await under.store.finishRun(failed);
      expect((await under.state()).runs).toMatchObject([
        { state: "failed", outcome: "failed", exitCode: 75 },
      ]);
      const good: Report = { ...report, outcome: "ok", reason: null, exitCode: null };
      await under.store.finishRun(good);
      expect((await under.state()).runs).toMatchObject([
        { state: "complete", outcome: "ok", reason: null, exitCode: null },
      ]);
    });

    test("beginRun is idempotent", async () => {
      await under.store.beginRun(run);
      expect((await under.state()).runs).toEqual([running]);
    });

    test("failRun sets the state to failed, with the code of the error", async () => {
      const failure = { failedAt: "2026-01-28T12:00:09.000Z", reason: "ROW_REJECTED", exitCode: 65 };
      await under.store.failRun(run, failure);
      expect((await under.state()).runs).toEqual([
        { ...running, state: "failed", outcome: "failed", reason: "ROW_REJECTED", exitCode: 65 },
      ]);
    });

    test("beginRun marks runs of more than 25 hours as abandoned; finishRun overwrites that", async () => {
      const soon = { runId: "8b0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11", startedAt: "2026-01-29T13:00:00.000Z" };
      await under.store.beginRun(soon);
      expect((await under.state()).runs).toEqual([running, { ...running, runId: soon.runId }]);
      const later = { runId: "9b0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11", startedAt: "2026-01-29T13:00:00.001Z" };
      await under.store.beginRun(later);
      expect((await under.state()).runs).toEqual([
        { ...running, state: "failed", outcome: "failed", reason: "abandoned" },
        { ...running, runId: soon.runId },
        { ...running, runId: later.runId },
      ]);
      await under.store.finishRun(reportOfOne);
      expect((await under.state()).runs[0]).toEqual({
        runId: run.runId,
        state: "complete",
        outcome: "degraded",
        reason: "all_stale",
        exitCode: 65,
        report: reportOfOne,
      });
    });
  });
}

interface ResponseContent {
  readonly plantId: number;
  readonly payload?: Payload;
  readonly body?: string;
  readonly notFound?: boolean;
  readonly receivedAt?: string;
}

function batchOf(contents: readonly ResponseContent[]): Batch {
  const responses = contents.map(({ plantId, payload, body, notFound, receivedAt }) => {
    const response = notFound
      ? buildResponse(plantId, { error: "plant not found", plant_id: plantId }, 404)
      : buildResponse(plantId, body ?? buildPayload(plantId, payload));
    return receivedAt === undefined ? response : { ...response, receivedAt };
  });
  return buildBatch(responses, defaultTransformOptions).batch;
}
