import { readFile } from "node:fs/promises";
import { referenceStatements } from "@lmnh/plant-schema/internal/sql";
import { expect, test } from "vitest";
import { mssqlStatements } from "../../src/load/mssql-statements.js";
import { buildResponse } from "../../src/testing/builders.js";
import { reportOfOne } from "../../src/testing/store/run-log.js";
import { buildBatch } from "../../src/transform/batch-builder.js";
import { lmnhTransform } from "../../src/transform/lmnh-transform.js";

const run = { runId: "run", startedAt: "2026-01-28T12:00:00.000Z" };
const responses = [
  buildResponse(1),
  buildResponse(7, { error: "plant not found" }, 404),
  buildResponse(9, "<html>"),
];
const { batch } = buildBatch(responses, lmnhTransform());
const statements = mssqlStatements("my]schema");
const noReferenceData = { botanists: [], countries: [], cities: [], origins: [] };

function statementsOf(schema: string) {
  const load = mssqlStatements(schema);
  return [
    ...load.insertReadings(batch, run),
    ...load.recordNotices(batch),
    ...load.recordRejections(batch, run),
    ...load.beginRun(run),
    ...load.finishRun(reportOfOne, "2025-10-30T00:00:00.000Z"),
  ];
}

test("mssqlStatements match the snapshot", async () => {
  const all = [
    ...statements.insertReadings(batch, run),
    ...statements.recordNotices(batch),
    ...statements.recordRejections(batch, run),
    ...statements.beginRun(run),
    statements.countLoaded(run),
    ...statements.finishRun(reportOfOne, "2025-10-30T00:00:00.000Z"),
    statements.failRun(run, { failedAt: run.startedAt, reason: "ROW_REJECTED", exitCode: 65 }),
  ];
  const text = all.map(({ sql }) => sql.trim()).join("\n\nGO\n\n");
  await expect(`${text}\n`).toMatchFileSnapshot("__snapshots__/load-statements-mssql.sql");
});

test("mssqlStatements: the number of statements is independent of the batch, and every parameter is text", () => {
  const many = buildBatch(
    Array.from({ length: 5000 }, (_, plantId) => buildResponse(plantId)),
    lmnhTransform(),
  );
  const inserts = statements.insertReadings(many.batch, run);
  expect(inserts).toHaveLength(1);
  expect(
    inserts.flatMap(({ parameters }) => parameters).every((parameter) => typeof parameter === "string"),
  ).toBe(true);
});

test("logins.sql grants plant_etl the rights for every table of a load", async () => {
  const script = await readFile(new URL("../../../../schema/logins.sql", import.meta.url), "utf8");
  const everything = [
    ...referenceStatements({ dialect: "mssql", schema: null }, { ...noReferenceData, plants: batch.plants }),
    ...statementsOf("dbo").map(({ sql }) => ({ sql, parameters: [] })),
  ];
  const text = everything.map(({ sql }) => sql).join("\n");
  const written = [
    ...text.matchAll(
      /\b(INSERT INTO|UPDATE \w+ SET[^;]*?FROM|UPDATE|DELETE TOP \(\d+\) FROM) \[dbo\]\.\[(\w+)\]/g,
    ),
  ].map(([, verb = "", table]) => `${verb.slice(0, 6)} ${table}`);
  expect(written).toEqual(expect.arrayContaining(["INSERT quarantined_row", "DELETE etl_run"]));
  for (const each of new Set(written)) {
    const [verb, table] = each.split(" ");
    expect(script, each).toMatch(
      new RegExp(
        `^GRANT (?=.*\\b${verb}\\b).* ON \\[\\$\\(schema\\)\\]\\.\\[${table}\\] TO \\[plant_etl\\];`,
        "m",
      ),
    );
  }
});

test("mssqlStatements are empty for an empty batch", () => {
  const empty = { plants: [], readings: [], notices: [], rejections: [] };
  expect([
    ...statements.insertReadings(empty, run),
    ...statements.recordNotices(empty),
    ...statements.recordRejections(empty, run),
  ]).toEqual([]);
});

test("mssqlStatements: every JSON path is a key of the JSON parameter", () => {
  const all = [
    ...statements.insertReadings(batch, run),
    ...statements.recordNotices(batch),
    ...statements.recordRejections(batch, run),
  ];
  for (const { sql, parameters } of all) {
    const paths = [...sql.matchAll(/'\$\.(\w+)'/g)].map(([, key]) => key);
    const [row] = JSON.parse(String(parameters[0])) as readonly object[];
    expect(paths.length).toBeGreaterThan(0);
    expect(Object.keys(row ?? {})).toEqual(expect.arrayContaining(paths));
  }
});
