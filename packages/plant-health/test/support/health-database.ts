import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadReferenceData, migrate, type Plant, type PlantDatabase } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { createMssqlDatabase } from "@lmnh/testing/sql-server";

/** A server to test on; the login must be allowed to create databases. */
export const serverUrl = process.env.PLANT_TEST_MSSQL_URL;

export interface TestDatabase {
  readonly database: PlantDatabase;
  /** Removes alerts, deliveries and profiles. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export function buildPlant(plantId: number): Plant {
  return {
    plantId,
    name: `Plant ${plantId}`,
    scientificName: null,
    imageUrl: null,
    imageLicenseUrl: null,
    thumbnailUrl: null,
    botanist: { email: `botanist${plantId}@example.org`, name: `Botanist ${plantId}`, phone: "" },
    origin: null,
    observedAt: "2026-03-01T00:00:00.000Z",
  };
}

/** A migrated SQLite file with the plants 1 to 3. */
export async function openTestSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "plant-health-"));
  const database = await openSqlite(`sqlite:${join(folder, "plants.db")}`);
  return await prepare(database, () => rm(folder, { recursive: true }));
}

/** A migrated database of its own on the server, with the plants 1 to 3. */
export async function openTestMssql(): Promise<TestDatabase> {
  const { url, drop } = await createMssqlDatabase(serverUrl ?? "");
  return await prepare(await openMssql(url), drop);
}

async function prepare(database: PlantDatabase, remove: () => Promise<void>): Promise<TestDatabase> {
  await migrate(database);
  await loadReferenceData(database, {
    botanists: [],
    countries: [],
    cities: [],
    origins: [],
    plants: [1, 2, 3].map(buildPlant),
  });
  const db = database.schema === null ? database.db : database.db.withSchema(database.schema);
  return {
    database,
    async reset() {
      await db.deleteFrom("alert_delivery").execute();
      await db.deleteFrom("plant_alert").execute();
      await db.deleteFrom("plant_day_profile").execute();
    },
    async close() {
      await database.close();
      await remove();
    },
  };
}
