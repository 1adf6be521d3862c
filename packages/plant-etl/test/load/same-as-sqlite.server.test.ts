import { createSimulator } from "@lmnh/museum-simulator";
import type { Clock, PlantDatabase, PlantTables } from "@lmnh/plant-schema";
import { quoteSchema } from "@lmnh/plant-schema/internal/sql";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { httpPlantSource } from "../../src/extract/http-plant-source.js";
import { memoryPlantStore } from "../../src/load/memory-plant-store.js";
import { sqlPlantStore } from "../../src/load/sql-plant-store.js";
import type { PlantResponse } from "../../src/response.js";
import { runEtl } from "../../src/run-etl.js";
import { buildPayload, buildResponse } from "../../src/testing/builders.js";
import { readStoredState } from "../../src/testing/read-stored-state.js";
import { type ApiVersion, apiVersions } from "../../src/transform/api-versions.js";
import { buildBatch } from "../../src/transform/batch-builder.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";
import { emptyTables } from "../support/empty-tables.js";
import { fakeClock } from "../support/fake-clock.js";
import { describeOnMssql } from "../support/mssql-store.js";
import { openSqliteStore } from "../support/sqlite-store.js";

const tables: readonly (keyof PlantTables)[] = [
  "botanist",
  "country",
  "city",
  "origin",
  "plant",
  "plant_reading",
  "plant_notice",
  "plant_rejection",
  "etl_run",
];

/** Every row of every table, without generated ids and references to them. */
async function rowsOf({ db, schema, dialect }: PlantDatabase) {
  const rows: Record<string, string[]> = {};
  for (const table of tables) {
    const name = dialect === "mssql" ? `${quoteSchema(schema)}.[${table}]` : table;
    const found = await sql.raw<Record<string, unknown>>(`SELECT * FROM ${name}`).execute(db);
    rows[table] = found.rows
      .map((row) =>
        JSON.stringify(
          Object.entries(row)
            .filter(([column]) => !/^(?!plant_id|run_id)\w+_id$/.test(column))
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        ),
      )
      .sort();
  }
  return rows;
}

/** The responses of an API version for 55 plants, with 10 % sensor faults. */
async function requestAll(apiVersion: ApiVersion, clock: Clock): Promise<PlantResponse[]> {
  const simulator = await createSimulator({ apiVersion, now: clock.now, latencyMs: [0, 0], faultRate: 0.1 });
  const source = httpPlantSource({
    baseUrl: simulator.url,
    roster: { kind: "list", ranges: [[1, 55]] },
    clock,
    random: () => 0,
    retry: { attempts: 1 },
  });
  const responses: PlantResponse[] = [];
  for await (const response of source.responses(new AbortController().signal)) responses.push(response);
  await simulator.close();
  return responses;
}

describeOnMssql("sqlPlantStore on SQL Server and SQLite", (getDatabase) => {
  let sqlite: Awaited<ReturnType<typeof openSqliteStore>>;
  beforeAll(async () => {
    sqlite = await openSqliteStore();
  });
  afterAll(() => sqlite?.close());

  describe.each(apiVersions)("API version %s", (apiVersion) => {
    test("stores the same rows, exactly and to the millisecond", async () => {
      const at = Date.parse("2026-01-28T19:30:07.123Z");
      const clock = { ...fakeClock(), now: () => at };
      const responses = await requestAll(apiVersion, clock);
      for (const database of [sqlite.database, getDatabase().database]) {
        await emptyTables(database.db);
        const source = {
          async *responses() {
            yield* responses;
          },
        };
        await runEtl({
          source,
          transform: lmnhTransform(),
          store: sqlPlantStore(database),
          clock,
          runId: "run",
        });
      }
      const rows = await rowsOf(getDatabase().database);
      expect(rows.plant_reading?.length).toBeGreaterThan(30);
      expect(rows).toEqual(await rowsOf(sqlite.database));
      expect(await readStoredState(getDatabase().database)).toEqual(await readStoredState(sqlite.database));
    });
  });

  test("store a batch of 10,000 plants", async () => {
    const responses = Array.from({ length: 10_000 }, (_, plantId) =>
      buildResponse(
        plantId,
        buildPayload(plantId, { recording_taken: new Date(1_769_600_000_000 + plantId).toISOString() }),
      ),
    );
    const { batch } = buildBatch(responses, lmnhTransform());
    const run = { runId: "run", startedAt: "2026-01-28T12:00:00.000Z" };
    const memory = memoryPlantStore();
    await emptyTables(getDatabase().database.db);
    const store = sqlPlantStore(getDatabase().database);
    for (const each of [store, memory]) {
      await each.beginRun(run);
      expect(await each.load(batch, run)).toMatchObject({
        loaded: 10_000,
        duplicates: 0,
        conflicts: 0,
        flagged: 0,
      });
      expect(await each.load(batch, run)).toMatchObject({
        loaded: 0,
        duplicates: 10_000,
        conflicts: 0,
        flagged: 0,
      });
    }
    expect(await readStoredState(getDatabase().database)).toEqual(memory.state());
  });
});
