import { migrate, type PlantDatabase } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { createMssqlDatabase } from "@lmnh/testing/sql-server";
import { type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, describe } from "vitest";

/** A server to test on, as `mssql://USER:PASSWORD@HOST:1433/master?…`; the login must be allowed to create databases. */
const serverUrl = process.env.PLANT_TEST_MSSQL_URL;

export interface MigratedDatabase {
  readonly url: string;
  readonly database: PlantDatabase;
}

/** Declares tests on their own migrated database, which is dropped afterwards. Skipped without a server. */
export function describeOnMssql(name: string, tests: (getDatabase: () => MigratedDatabase) => void): void {
  describe.skipIf(serverUrl === undefined)(`${name} (skipped unless PLANT_TEST_MSSQL_URL is set)`, () => {
    let migrated: (MigratedDatabase & { drop(): Promise<void> }) | undefined;
    beforeAll(async () => {
      const { url, drop } = await createMssqlDatabase(serverUrl ?? "");
      const database = await openMssql(url);
      migrated = { url, database, drop };
      await migrate(database);
    });
    afterAll(async () => {
      await migrated?.database.close();
      await migrated?.drop();
    });
    tests(() => {
      if (migrated === undefined) throw new Error("the database does not exist yet");
      return migrated;
    });
  });
}

/** Differences between the server and SQL Server that tests depend on. */
export async function unescapesJson(): Promise<boolean> {
  return (await readFrom(sql`SELECT JSON_VALUE(N'["\\""]', '$[0]') AS text`)) === '"';
}

export async function readsLongTextOfPairs(): Promise<boolean> {
  const text = "🌵".repeat(2_500);
  const json = JSON.stringify([{ text }]);
  const read = sql`SELECT text FROM OPENJSON(${json}) WITH (text NVARCHAR(MAX) '$.text')`;
  return (await readFrom(read, text)) === text;
}

/** The text that the server returns, `null` for an error, or `expected` without a server. */
async function readFrom(query: RawBuilder<unknown>, expected = '"'): Promise<string | null> {
  if (serverUrl === undefined) return expected;
  const server = await openMssql(serverUrl);
  try {
    const { rows } = (await query.execute(server.db)) as { rows: { text: string }[] };
    return rows[0]?.text ?? null;
  } catch {
    return null;
  } finally {
    await server.close();
  }
}
