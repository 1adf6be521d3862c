import { createHash } from "node:crypto";
import { fc } from "@lmnh/testing/property";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryPlantStore } from "../../src/load/memory-plant-store.js";
import type { PlantResponse } from "../../src/response.js";
import { buildPayload, buildResponse } from "../../src/testing/builders.js";
import { plantStoreContract } from "../../src/testing/store-contract.js";
import { buildBatch } from "../../src/transform/batch-builder.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";
import { emptyTables } from "../support/empty-tables.js";
import { rejectionLogTests } from "../support/rejection-log-tests.js";
import { runLogRetentionTests } from "../support/run-log-retention-tests.js";
import { openSqliteStore } from "../support/sqlite-store.js";

plantStoreContract({ describe, test }, { name: "The SQLite store", open: openSqliteStore });

let under: Awaited<ReturnType<typeof openSqliteStore>>;
beforeAll(async () => {
  under = await openSqliteStore();
});
afterAll(() => under.close());

runLogRetentionTests("sqlPlantStore on SQLite", () => under.database);
rejectionLogTests("SQLite", () => under.database);

const run = { runId: "run", startedAt: "2026-01-28T12:00:00.000Z" };

const someone = fc.record({
  name: fc.constantFrom("Ada", "Bo"),
  email: fc.constantFrom("a@x", "b@x"),
  phone: fc.constantFrom("", "305-555-0101", "305-555-0102"),
});
const somewhere = fc.record({
  latitude: fc.constantFrom(1.5, "999"),
  longitude: fc.constant(2),
  city: fc.constantFrom("Reus", "Split"),
  country: fc.constantFrom("ES", "Spain", "Croatia", "Atlantis", "Saint Martin", "MF"),
});
const saying = fc.record({
  plantId: fc.integer({ min: 1, max: 3 }),
  minute: fc.integer({ min: 0, max: 5 }),
  payload: fc.record(
    {
      name: fc.constantFrom(null, "Fern", "fern", 5),
      scientific_name: fc.constantFrom(null, ["Filix"], []),
      botanist: fc.oneof(fc.constant(null), someone),
      origin_location: fc.oneof(fc.constant(null), somewhere),
      images: fc.constantFrom(null, { original_url: "https://example.org/1.jpg" }),
      temperature: fc.constantFrom(12.5, 99, "hot"),
    },
    { requiredKeys: [] },
  ),
});

test("sqlPlantStore on SQLite equals memoryPlantStore after any responses in any order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(saying, { maxLength: 6 }), { maxLength: 4 }), async (batches) => {
      const memory = memoryPlantStore();
      await emptyTables(under.database.db);
      for (const sayings of batches) {
        const responses = sayings.map(({ plantId, minute, payload }) => ({
          ...buildResponse(
            plantId,
            buildPayload(plantId, { ...payload, recording_taken: `2026-01-28T12:0${minute}:00` }),
          ),
          receivedAt: `2026-01-28T12:0${minute}:01.000Z`,
        }));
        const { batch } = buildBatch(responses, lmnhTransform());
        expect(await under.store.load(batch, run)).toEqual(await memory.load(batch, run));
      }
      expect(await under.state()).toEqual(memory.state());
    }),
    { numRuns: 150 },
  );
});

test("sqlPlantStore stores the bytes of a body that is not text in base64, cut as a text", async () => {
  await emptyTables(under.database.db);
  const bytes = Buffer.alloc(100_000, "caf\u00e9 ", "latin1");
  const response: PlantResponse = {
    ...buildResponse(1),
    outcome: {
      kind: "undecodable",
      status: 200,
      bodyBase64: bytes.toString("base64"),
      cut: false,
      problem: "is not valid utf-8: byte 0xe9 at offset 3",
    },
  };
  await under.store.load(buildBatch([response], lmnhTransform()).batch, run);
  const [row] = await under.database.db.selectFrom("plant_rejection").selectAll().execute();
  expect(row).toMatchObject({ body_encoding: "base64", body_bytes: bytes.length });
  const kept = Buffer.from(row?.body ?? "", "base64");
  expect(kept.length).toBeGreaterThan(0);
  expect(bytes.subarray(0, kept.length).equals(kept)).toBe(true);
  expect(row?.digest).toBe(createHash("sha256").update(bytes).digest("hex"));
});

test.each([
  ["temperature", "warm", 'temperature is "warm"'],
  ["temperature", undefined, "temperature is nothing"],
  ["soilMoisture", Number.NaN, "soilMoisture is NaN"],
  ["lastWatered", "yesterday", 'lastWatered is "yesterday"'],
  ["recordingTaken", "2026-02-30T10:00:00.000Z", 'recordingTaken is "2026-02-30T10:00:00.000Z"'],
])(
  "sqlPlantStore refuses a reading whose %s is %j, which no archive could read",
  async (name, value, reason) => {
    await emptyTables(under.database.db);
    const built = buildBatch([buildResponse(1), buildResponse(2)], lmnhTransform());
    const readings = built.batch.readings.map((reading) =>
      reading.plantId === 2 ? { ...reading, [name]: value } : reading,
    );
    await expect(under.store.load({ ...built.batch, readings }, run)).rejects.toMatchObject({
      code: "ROW_REJECTED",
      message: expect.stringMatching(
        /^The database rejected the reading of plant 2 at .*; nothing of its batch was loaded/,
      ),
      cause: { message: reason },
    });
    expect((await under.state()).readings).toEqual([]);
  },
);
