import { migrate } from "@lmnh/plant-schema";
import { executeStatement, type Statement } from "@lmnh/plant-schema/internal/sql";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import fc from "fast-check";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { type Execute, readPacked as readPackedPage } from "../../src/catalog/read-page.js";
import { pageOfRows } from "../../src/catalog/row-page.js";
import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { readingTable } from "../../src/model/reading-table.js";

function readPacked(execute: Execute, statement: Statement) {
  return readPackedPage<ArchivedReading>(execute, readingTable, readingTable.key, statement);
}

const all: Statement = {
  sql: `SELECT ${readingTable.columns.map(({ name }) => name).join(", ")} FROM plant_reading ORDER BY plant_id, recording_taken`,
  parameters: [],
};

async function openTable() {
  const database = await openSqlite("sqlite::memory:");
  onTestFinished(() => database.close());
  await migrate(database);
  await sql`PRAGMA foreign_keys = OFF`.execute(database.db);
  const executed: string[] = [];
  const execute = async (statement: Statement) => {
    executed.push(statement.sql);
    return (await executeStatement(database.db, statement)).rows as never;
  };
  const insert = (
    number: number,
    soilMoisture: unknown,
    temperature: unknown,
    runId: unknown,
    watered: unknown = number % 2 === 0 ? null : "2026-01-27T10:00:00.001Z",
    flag: unknown = number % 16,
  ) =>
    sql`
      INSERT INTO plant_reading (plant_id, soil_moisture, temperature, recording_taken, last_watered, quality_flag,
        ingested_at, run_id)
      VALUES (${number}, ${soilMoisture}, ${temperature}, '2026-01-28T10:00:00.007Z',
        ${watered}, ${flag}, '2026-01-28T10:00:59.999Z', ${runId})`.execute(database.db);
  return { execute, insert, executed, clear: () => sql`DELETE FROM plant_reading`.execute(database.db) };
}

test("readPacked returns the same readings as the rows, to the bit", async () => {
  const { execute, insert, clear } = await openTable();
  const measurement = fc.oneof(
    fc.double({ min: -40, max: 100, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ noNaN: true }),
  );
  const runId = fc.option(
    fc.string({ unit: "binary" }).filter((text) => text.isWellFormed() && !text.includes("\0")),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(measurement, measurement, runId), { maxLength: 8 }), async (rows) => {
      await clear();
      for (const [number, row] of rows.entries()) await insert(number, ...row);
      const expected = [...pageOfRows<ArchivedReading>(readingTable, await execute(all))];
      const found = [...(await readPacked(execute, all))];
      expect(found).toEqual(expected);
      for (const [place, { soilMoisture, temperature }] of found.entries()) {
        expect(Object.is(soilMoisture, expected[place]?.soilMoisture)).toBe(true);
        expect(Object.is(temperature, expected[place]?.temperature)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test("readPacked reads usual readings in one statement", async () => {
  const { execute, insert, executed } = await openTable();
  for (const [number, value] of [
    Math.PI,
    -23.27,
    0.1 + 0.2,
    1 / 3,
    -0.007,
    99.99999999999999,
    0,
    1,
  ].entries())
    await insert(number, value, -value, "run");
  expect([...(await readPacked(execute, all))]).toHaveLength(8);
  expect(executed).toHaveLength(1);
});

test.each<[string, unknown]>([
  ["a very small number", Math.PI / 1e6],
  ["a very large number", 1.7976931348623157e308],
])("readPacked reads %s row by row", async (_, value) => {
  const { execute, insert, executed } = await openTable();
  await insert(1, value, 12.5, "run");
  expect([...(await readPacked(execute, all))]).toMatchObject([{ soilMoisture: value, temperature: 12.5 }]);
  expect(executed).toEqual([expect.stringContaining("json_group_array"), all.sql]);
});

test.each<[string, unknown, string, string]>([
  [
    "a text as a measurement",
    "wet",
    "2026-01-27T10:00:00.001Z",
    'its soil_moisture is "wet" and not a number',
  ],
  ["a time of another form", 30.5, "2026-01-27 10:00", 'its last_watered is "2026-01-27 10:00" and not like'],
  [
    "a time that does not exist",
    30.5,
    "2026-02-30T10:00:00.001Z",
    'its last_watered is "2026-02-30T10:00:00.001Z"',
  ],
])("readPacked names the reading with %s", async (_, moisture, watered, problem) => {
  const { execute, insert } = await openTable();
  await insert(1, 30.5, 12.5, "run");
  await insert(3, moisture, 12.5, "run", watered);
  await expect(readPacked(execute, all)).rejects.toMatchObject({
    code: "READING_INVALID",
    message: expect.stringContaining(`The row 2 of plant_reading cannot be archived: ${problem}`),
  });
});

test.each<[string, unknown[]]>([
  ["shorter and begins the next one", ["2026-01-27T10:00:00.001", "Z2026-01-27T10:00:00.001Z"]],
  ["shorter, and another one longer", ["-", "-".repeat(47)]],
  ["the form of a missing one", ["-".repeat(24)]],
  ["a blob", [Buffer.from("2026-01-27T10:00:00.001Z")]],
])("readPacked names the first reading whose time is %s", async (_, times) => {
  const { execute, insert } = await openTable();
  for (const [number, time] of times.entries()) await insert(number, 30.5, 12.5, "run", time);
  await expect(readPacked(execute, all)).rejects.toMatchObject({
    code: "READING_INVALID",
    message: expect.stringContaining("The row 1 of plant_reading cannot be archived: its last_watered is"),
  });
});

test("readPacked names the reading whose flag has more than 32 bits", async () => {
  const { execute, insert } = await openTable();
  await insert(1, 30.5, 12.5, "run", null, 2 ** 31);
  await expect(readPacked(execute, all)).rejects.toMatchObject({
    message:
      "The row 1 of plant_reading cannot be archived: its quality_flag is 2147483648 and not a whole number up to 2^31 − 1. Correct the row.",
  });
});

test("readPacked reads readings that are not ordered row by row", async () => {
  const { execute, insert, executed } = await openTable();
  for (const number of [1, 2]) await insert(number, 30.5, 12.5, null);
  const reversed = { ...all, sql: `${all.sql.split("ORDER")[0]} ORDER BY plant_id DESC` };
  expect(Array.from(await readPacked(execute, reversed), ({ plantId }) => plantId)).toEqual([2, 1]);
  expect(executed).toHaveLength(2);
});

test("readPacked rejects with the error of the statement", async () => {
  const { execute } = await openTable();
  await expect(readPacked(execute, { sql: "SELECT 1 FROM nothing", parameters: [] })).rejects.toThrow(
    /nothing/,
  );
});
