import type { Statement } from "@lmnh/plant-schema/internal/sql";
import { CompiledQuery } from "kysely";
import { expect, test } from "vitest";
import { mssqlPlantStatements, mssqlStatements } from "../../src/catalog/mssql-statements.js";
import { sqlitePlantStatements, sqliteStatements } from "../../src/catalog/sqlite-statements.js";
import type { PlantStatements, TableStatements } from "../../src/catalog/statements.js";
import { readingTable } from "../../src/model/reading-table.js";
import { hour } from "../../src/testing/catalog/fixtures.js";
import { fakeVerifiedFile } from "../../src/testing/fake-verified-file.js";
import { buildReading } from "../../src/testing/reading-builders.js";
import { openSqliteCatalog } from "../support/sqlite-catalog.js";

const start = Date.parse("2026-01-28T10:00:00.000Z");
const span = { start, end: start + 3_600_000 };
const page = { after: { plantId: 3, recordingTaken: start + 1 }, limit: 10_000 };
const reading = { readingId: 5, ...buildReading(1, "2026-01-28T10:00:00.000Z") };
const file = {
  fileId: 7,
  key: "a",
  partition: hour("2026-01-28T10"),
  state: "claimed",
  range: { after: 4, through: 9 },
  rows: 1,
  bytes: null,
  digest: null,
  runId: "archiver",
} as const;

const every = (
  statements: TableStatements & PlantStatements,
): Record<keyof (TableStatements & PlantStatements), readonly Statement[]> => ({
  unarchivedHours: [statements.unarchivedHours(start)],
  files: [
    statements.files({}),
    statements.files({ states: ["claimed", "verified"], partition: file.partition }),
    statements.files({ day: "2026-01-28", key: "a" }),
  ],
  lockFile: [statements.lockFile({ fileId: 7 }), statements.lockFile({ key: "a" })],
  insertRestored: [
    statements.insertRestored({ ...file, schemaVersion: 1, bytes: 1, digest: "0" }, file.range),
  ],
  claim: [statements.claim({ ...file, at: start }, 1000)],
  subtractRows: [statements.subtractRows(7, 2)],
  deleteFile: [statements.deleteFile(7)],
  markVerified: [statements.markVerified(fakeVerifiedFile(file, [reading]), start)],
  markPruned: [statements.markPruned(fakeVerifiedFile(file, [reading]), start)],
  markRestored: [statements.markRestored(7, file.range)],
  markQuarantined: [statements.markQuarantined(7, "damaged")],
  rowsInRange: [
    statements.rowsInRange({ ...file, rows: 5 }, { after: 4, limit: 10 }),
    statements.rowsInRange(file, { after: 4, limit: 10 }, "lock"),
  ],
  deleteRange: [statements.deleteRange(file)],
  idsInRange: [statements.idsInRange(file)],
  lastId: [statements.lastId()],
  uncommittedReadings: [statements.uncommittedReadings(span, page)],
  rowsWithSameKeys: [statements.rowsWithSameKeys([reading])],
  deleteRows: [statements.deleteRows([5])],
  insertQuarantined: [statements.insertQuarantined([])],
  usedIds: [statements.usedIds([5])],
  knownPlants: [statements.knownPlants([1])],
  insertRows: [...statements.insertRows([reading], "own"), ...statements.insertRows([reading], "new")],
  days: [statements.days("2026-01-29")],
  archiveId: [statements.archiveId()],
  writeArchiveId: [true, false].map((replacing) =>
    statements.writeArchiveId("5f0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11", { replacing }),
  ),
  verifiedAt: [statements.verifiedAt()],
  writeVerifiedAt: [statements.writeVerifiedAt(Date.parse("2026-01-28T14:00:00.000Z"))],
  markSummarized: [statements.markSummarized("2026-01-28", 4)],
});

const mssql = (schema: string | null) => ({
  ...mssqlStatements(readingTable, schema),
  ...mssqlPlantStatements(schema),
});

test("the T-SQL statements match their snapshot", async () => {
  const text = Object.entries(every(mssql("my]schema")))
    .map(
      ([name, statements]) => `-- ${name}\n\n${statements.map(({ sql }) => sql.trim()).join("\n\nGO\n\n")}`,
    )
    .join("\n\nGO\n\n");
  await expect(`${text}\n`).toMatchFileSnapshot("__snapshots__/statements-mssql.sql");
});

test("the T-SQL has every list as one parameter and every time as text, and uses each parameter", () => {
  const many = Array.from({ length: 5000 }, (_, number) => ({ ...reading, readingId: number }));
  const statements = mssql(null);
  const numbers = many.map(({ readingId }) => readingId);
  for (const { parameters } of [
    ...statements.insertRows(many, "own"),
    statements.deleteRows(numbers),
    statements.usedIds(numbers),
    statements.knownPlants(numbers),
    statements.rowsWithSameKeys(many),
  ])
    expect(parameters.length).toBeLessThanOrEqual(2);
  for (const { sql, parameters } of Object.values(every(statements)).flat()) {
    const named = new Set(sql.match(/@\d+/g));
    expect([...named].sort()).toEqual(parameters.map((_, place) => `@${place + 1}`).sort());
    expect(parameters.some((parameter) => parameter instanceof Date)).toBe(false);
  }
});

test("SQLite reads readings in index order and scans no table of them", async () => {
  const { database, close } = await openSqliteCatalog();
  const plans: Record<string, string[]> = {};
  for (const [name, statements] of Object.entries(
    every({ ...sqliteStatements(readingTable), ...sqlitePlantStatements }),
  ))
    for (const { sql, parameters } of statements) {
      const explain = CompiledQuery.raw(`EXPLAIN QUERY PLAN ${sql}`, [...parameters]);
      const { rows } = await database.db.executeQuery<{ detail: string }>(explain);
      plans[name] = [...(plans[name] ?? []), ...rows.map(({ detail }) => detail)];
    }
  await close();
  const stepsOf = (name: keyof (TableStatements & PlantStatements)) => plans[name]?.join("\n") ?? "";
  expect(
    Object.values(plans)
      .flat()
      .filter((step) => /^SCAN (archived|plant_reading)\b/.test(step)),
  ).toEqual([]);
  expect(stepsOf("uncommittedReadings")).not.toContain("ORDER BY");
  expect(stepsOf("uncommittedReadings")).toContain(
    "(plant_id=? AND recording_taken>? AND recording_taken<?)",
  );
  // By ids where they are next to each other, else by the hour; in both cases without sorting more than a page.
  expect(stepsOf("rowsInRange")).toMatch(/archived USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/);
  // By the hour, and not by a range of ids, which may contain readings of all hours.
  for (const name of ["claim", "deleteRange", "idsInRange"] as const) {
    expect(stepsOf(name)).toContain("(recording_taken>? AND recording_taken<?)");
    expect(stepsOf(name)).not.toMatch(/archived USING INTEGER PRIMARY KEY/);
  }
});
