// Archives, verifies and restores a table of another museum: the visits that its doors count.
//
//   node archive-visits.mjs [FOLDER]
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  archiveTable,
  directoryObjectStore,
  restoreTable,
  sqlTableCatalog,
  verifyTable,
} from "@lmnh/plant-archive";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { sql } from "kysely";

/** One row a door and minute; `door` and `counted_at` identify it. */
const visitTable = {
  name: "visit",
  rowNoun: "visit",
  columns: [
    { field: "visitId", name: "visit_id", type: "int64" },
    { field: "door", name: "door", type: "int32" },
    { field: "countedAt", name: "counted_at", type: "timestamp" },
    { field: "people", name: "people", type: "int32" },
    { field: "exhibition", name: "exhibition", type: "string", nullable: true },
  ],
  id: "visitId",
  instant: "countedAt",
  key: ["door", "countedAt"],
  values: ["people", "exhibition"],
  digested: ["door", "countedAt", "people", "exhibition"],
};

export async function openVisits(url) {
  const database = await openSqlite(url);
  // The catalog of the archive is among the tables of the pipeline.
  await migrate(database);
  await sql`
    CREATE TABLE IF NOT EXISTS visit (
      visit_id INTEGER PRIMARY KEY AUTOINCREMENT, door INTEGER NOT NULL, counted_at TEXT NOT NULL,
      people INTEGER NOT NULL, exhibition TEXT, UNIQUE (door, counted_at))`.execute(database.db);
  return database;
}

/** Archives the visits that are older than a day, verifies the files and restores them into an empty database. */
export async function archiveVisits(database, directory, nowMs) {
  const catalog = sqlTableCatalog(database, visitTable);
  const objects = directoryObjectStore({ directory, newId: randomUUID });
  const clock = { now: () => nowMs };
  const { archived, pruned } = await archiveTable({
    catalog,
    objects,
    clock,
    runId: randomUUID(),
    newId: randomUUID,
  });
  const { problems } = await verifyTable({ catalog, objects, clock, deep: true });
  const copy = await openVisits("sqlite::memory:");
  const options = { catalog: sqlTableCatalog(copy, visitTable), objects, from: 0, to: nowMs };
  const { restored } = await restoreTable(options);
  return { archived: archived.rows, pruned: pruned.rows, problems, restored, copy };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const directory = process.argv[2] ?? (await mkdtemp(join(tmpdir(), "visits-")));
  await mkdir(directory, { recursive: true });
  const database = await openVisits("sqlite::memory:");
  await sql`INSERT INTO visit (door, counted_at, people) VALUES (1, '2026-01-28T10:00:00.000Z', 12)`.execute(
    database.db,
  );
  const { copy, ...result } = await archiveVisits(database, directory, Date.parse("2026-02-01T00:00:00Z"));
  console.log(result, "in", directory);
  await Promise.all([database.close(), copy.close()]);
}
