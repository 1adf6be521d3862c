import { migrate, type OpenedDatabase } from "@lmnh/plant-schema";
import { openMssql } from "@lmnh/plant-schema/mssql";
import { createMssqlDatabase } from "@lmnh/plant-schema/testing";
import { sql } from "kysely";
import { afterAll, beforeAll, describe } from "vitest";

/** A server to test on, as `mssql://USER:PASSWORD@HOST:1433/master?…`; the login must be allowed to create databases. */
const serverUrl = process.env.PLANT_TEST_MSSQL_URL;

export interface MigratedDatabase {
  readonly url: string;
  readonly database: OpenedDatabase;
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
  if (serverUrl === undefined) return true;
  const server = await openMssql(serverUrl);
  const { rows } = await sql<{ text: string }>`SELECT JSON_VALUE(N'["\\""]', '$[0]') AS text`.execute(
    server.db,
  );
  await server.close();
  return rows[0]?.text === '"';
}
