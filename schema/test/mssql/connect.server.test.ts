import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { openMssql, parseMssqlUrl } from "../../src/mssql/index.js";
import { expectQuietConsole } from "../support/quiet-console.js";

const serverUrl = process.env.PLANT_TEST_MSSQL_URL;

describe.skipIf(serverUrl === undefined)(
  "openMssql on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)",
  () => {
    expectQuietConsole();
    const config = () => parseMssqlUrl(serverUrl ?? "");

    it("is LOGIN_FAILED for a wrong password", async () => {
      await expect(openMssql({ ...config(), password: "wrong" })).rejects.toMatchObject({
        code: "LOGIN_FAILED",
        recovery: "abort",
      });
    });

    it("is DATABASE_MISSING for a missing database", async () => {
      await expect(openMssql({ ...config(), database: "plant_nowhere" })).rejects.toMatchObject({
        code: "DATABASE_MISSING",
        recovery: "abort",
      });
    });

    it("returns values of the types in PlantTables, and keeps the milliseconds of a Date", async () => {
      const { db, close } = await openMssql(config());
      onTestFinished(() => close());
      const at = new Date("2026-01-02T03:04:05.679Z");
      const { rows } = await sql`
      SELECT CAST('2026-01-02T03:04:05.678' AS DATETIME2(3)) AS at, CAST('2026-01-02' AS DATE) AS day,
        CAST(4294967296 AS BIGINT) AS big, CAST(9223372036854775807 AS BIGINT) AS too_big,
        CAST(NULL AS BIGINT) AS none, CAST(0.1 AS FLOAT) AS part, N'ü桜🌵' AS text, CAST(1 AS TINYINT) AS small,
        CAST(${at} AS DATETIME2(3)) AS given, ${2 ** 40} AS given_big, ${0.1 + 0.2} AS given_part`.execute(
        db,
      );
      expect(rows).toEqual([
        {
          at: "2026-01-02T03:04:05.678Z",
          day: "2026-01-02",
          big: 4_294_967_296,
          too_big: "9223372036854775807",
          none: null,
          part: 0.1,
          text: "ü桜🌵",
          small: 1,
          given: at.toISOString(),
          given_big: 2 ** 40,
          given_part: 0.1 + 0.2,
        },
      ]);
    });

    it("cancels a statement after the idle time-out, and its locks are released", async () => {
      const hasty = await openMssql(config(), { requestTimeoutMs: 1_000 });
      const other = await openMssql(config());
      onTestFinished(async () => {
        await hasty.close();
        await other.close();
      });
      const endless =
        "SELECT COUNT_BIG(*) AS n FROM sys.all_objects a CROSS JOIN sys.all_objects b CROSS JOIN sys.all_objects c";
      const lock =
        "EXEC sp_getapplock @Resource = 'plant-test', @LockMode = 'Exclusive', @LockOwner = 'Transaction'";
      await expect(
        sql.raw(`SET XACT_ABORT ON; BEGIN TRANSACTION; ${lock}; ${endless}; COMMIT`).execute(hasty.db),
      ).rejects.toMatchObject({ code: "CONNECTION_LOST", recovery: "retry" });
      await other.db.transaction().execute((transaction) => sql.raw(lock).execute(transaction));
    });

    it("streams rows, also only the first ones", async () => {
      const { db, close } = await openMssql(config());
      onTestFinished(() => close());
      const query = sql<{ name: string }>`SELECT TOP 100 name FROM sys.all_objects`.compile(db);
      const chunks: number[] = [];
      for await (const { rows } of db.getExecutor().stream<{ name: string }>(query, 30))
        chunks.push(rows.length);
      expect(chunks).toEqual([30, 30, 30, 10]);
      for await (const { rows } of db.getExecutor().stream<{ name: string }>(query, 30)) {
        expect(rows).toHaveLength(30);
        break;
      }
      expect((await sql`SELECT 1 AS one`.execute(db)).rows).toEqual([{ one: 1 }]);
    });
  },
);
