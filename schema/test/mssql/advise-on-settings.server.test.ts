import { createMssqlDatabase } from "@lmnh/testing/sql-server";
import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { adviseOnSettings } from "../../src/advise-on-settings.js";
import { openMssql } from "../../src/mssql/index.js";

const serverUrl = process.env.PLANT_TEST_MSSQL_URL;

describe.skipIf(serverUrl === undefined)(
  "adviseOnSettings on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)",
  () => {
    it("advises a database to turn READ_COMMITTED_SNAPSHOT on if it is off; the statement does", async () => {
      const { url, drop } = await createMssqlDatabase(serverUrl ?? "");
      onTestFinished(drop, 60_000);
      const database = await openMssql(url);
      onTestFinished(() => database.close());
      const isOn = async () => {
        const { rows } = await sql<{ on: boolean }>`
          SELECT is_read_committed_snapshot_on AS [on] FROM sys.databases WHERE name = DB_NAME()`.execute(
          database.db,
        );
        return Boolean(rows[0]?.on);
      };
      const advice = await adviseOnSettings(database);
      expect(advice).toHaveLength((await isOn()) ? 0 : 1);
      for (const line of advice) {
        const [statement = ""] = /ALTER DATABASE \[plant_test_\w+\] SET .*$/.exec(line) ?? [];
        await sql.raw(statement).execute(database.db);
      }
      expect(await isOn()).toBe(true);
      expect(await adviseOnSettings(database)).toEqual([]);
    });
  },
);
