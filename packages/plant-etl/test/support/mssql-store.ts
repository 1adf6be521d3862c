import { migrate, type PlantDatabase } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { createMssqlDatabase } from "@lmnh/plant-schema/testing";
import { type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, describe } from "vitest";

/** A server to test on, as `mssql://USER:PASSWORD@HOST:1433/master?…`; the login must be allowed to create databases. */
const serverUrl = process.env.PLANT_TEST_MSSQL_URL;

export interface MigratedDatabase {
  readonly url: string;
  readonly database: PlantDatabase;
}

/** Tests on a migrated database of their own, which is dropped after them; skipped where no server is given. */
export function describeOnMssql(name: string, tests: (made: () => MigratedDatabase) => void): void {
  describe.skipIf(serverUrl === undefined)(`${name} (skipped unless PLANT_TEST_MSSQL_URL is set)`, () => {
    let made: (MigratedDatabase & { drop(): Promise<void> }) | undefined;
    beforeAll(async () => {
      const { url, drop } = await createMssqlDatabase(serverUrl ?? "");
      const database = await openMssql(url);
      made = { url, database, drop };
      await migrate(database);
    });
    afterAll(async () => {
      await made?.database.close();
      await made?.drop();
    });
    tests(() => {
      if (made === undefined) throw new Error("the database is not made yet");
      return made;
    });
  });
}

/** What the server lacks that SQL Server has, as far as tests have to know it. */
export async function unescapesJson(): Promise<boolean> {
  return (await readFrom(sql`SELECT JSON_VALUE(N'["\\""]', '$[0]') AS text`)) === '"';
}

export async function readsLongTextOfPairs(): Promise<boolean> {
  const text = "🌵".repeat(2_500);
  const json = JSON.stringify([{ text }]);
  const read = sql`SELECT text FROM OPENJSON(${json}) WITH (text NVARCHAR(MAX) '$.text')`;
  return (await readFrom(read, text)) === text;
}

/** The text that the server returns, `null` for an error, and `expected` where there is no server. */
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
