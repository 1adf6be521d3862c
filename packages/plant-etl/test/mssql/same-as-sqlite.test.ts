import { createSimulator } from "@lmnh/museum-simulator";
import { type OpenedDatabase, type PlantDatabase, quoteSchema } from "@lmnh/plant-schema";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer } from "../../src/answer.js";
import { httpPlantSource } from "../../src/extract/index.js";
import { kyselyPlantStore } from "../../src/load/kysely-plant-store.js";
import { memoryPlantStore } from "../../src/load/memory-plant-store.js";
import { readStoredState } from "../../src/load/read-stored-state.js";
import type { Clock } from "../../src/ports.js";
import { runEtl } from "../../src/run-etl.js";
import { buildAnswer, buildPayload } from "../../src/testing/builders.js";
import { makeBatch } from "../../src/transform/make-batch.js";
import { defaultTransformSettings } from "../../src/transform/settings.js";
import { emptyTables } from "../helpers/empty-tables.js";
import { fakeClock } from "../helpers/fake-clock.js";
import { describeOnMssql } from "../helpers/mssql-store.js";
import { openSqliteStore } from "../helpers/sqlite-store.js";

const tables: readonly (keyof PlantDatabase)[] = [
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

/** Every row of every table, but for the numbers that a database gives and what leads to them. */
async function rowsOf({ db, schema, dialect }: OpenedDatabase) {
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

/** What the museum of an era says of 55 plants, a tenth of its sensors at fault. */
async function askAll(era: "v0" | "v1" | "v2" | "v3", clock: Clock): Promise<Answer[]> {
  const simulator = await createSimulator({ era, now: clock.now, latencyMs: [0, 0], faultRate: 0.1 });
  const source = httpPlantSource({
    baseUrl: simulator.url,
    roster: { kind: "list", ranges: [[1, 55]] },
    clock,
    random: () => 0,
    retry: { attempts: 1 },
  });
  const answers: Answer[] = [];
  for await (const answer of source.answers(new AbortController().signal)) answers.push(answer);
  await simulator.close();
  return answers;
}

describeOnMssql("SQL Server and SQLite", (made) => {
  let sqlite: Awaited<ReturnType<typeof openSqliteStore>>;
  beforeAll(async () => {
    sqlite = await openSqliteStore();
  });
  afterAll(() => sqlite?.close());

  describe.each(["v0", "v1", "v2", "v3"] as const)("of era %s", (era) => {
    test("hold the same rows, value for value and to the millisecond", async () => {
      const at = Date.parse("2026-01-28T19:30:07.123Z");
      const clock = { ...fakeClock(), now: () => at };
      const answers = await askAll(era, clock);
      for (const database of [sqlite.database, made().database]) {
        await emptyTables(database.db);
        const source = {
          async *answers() {
            yield* answers;
          },
        };
        await runEtl({ source, store: kyselyPlantStore(database), clock, runId: "run" });
      }
      const rows = await rowsOf(made().database);
      expect(rows.plant_reading?.length).toBeGreaterThan(30);
      expect(rows).toEqual(await rowsOf(sqlite.database));
      expect(await readStoredState(made().database)).toEqual(await readStoredState(sqlite.database));
    });
  });

  test("hold a batch of 10,000 plants", async () => {
    const answers = Array.from({ length: 10_000 }, (_, plantId) =>
      buildAnswer(
        plantId,
        buildPayload(plantId, { recording_taken: new Date(1_769_600_000_000 + plantId).toISOString() }),
      ),
    );
    const { batch } = makeBatch(answers, defaultTransformSettings);
    const run = { runId: "run", startedAt: "2026-01-28T12:00:00.000Z" };
    const memory = memoryPlantStore();
    await emptyTables(made().database.db);
    const store = kyselyPlantStore(made().database);
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
    expect(await readStoredState(made().database)).toEqual(memory.state());
  });
});
