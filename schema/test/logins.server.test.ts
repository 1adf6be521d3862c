import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createMssqlDatabase, type TestMssqlDatabase } from "@lmnh/testing/sql-server";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { migrate } from "../src/migration/migrate.js";
import { splitBatches } from "../src/migration/split-statements.js";
import { openMssql, parseMssqlUrl } from "../src/mssql/index.js";
import { loadReferenceData } from "../src/reference-data/load-reference-data.js";
import { museumSeed } from "../src/reference-data/seed.js";

const serverUrl = process.env.PLANT_TEST_MSSQL_URL;
const password = `Aa1-${randomBytes(9).toString("hex")}`;
/** Logins are the server's, and two of these tests may be at work there. */
const suffix = randomBytes(4).toString("hex");
const logins = ["etl", "archive", "health", "dashboard"];

describe.skipIf(serverUrl === undefined)("logins.sql (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  let made: TestMssqlDatabase;
  beforeAll(async () => {
    made = await createMssqlDatabase(serverUrl ?? "");
    const owner = await openMssql(made.url);
    await migrate(owner);
    await owner.close();
    await setPasswords(password);
  });
  afterAll(async () => {
    await made?.drop();
    const server = await openMssql(serverUrl ?? "");
    for (const name of logins) await sql.raw(`DROP LOGIN [plant_${name}_${suffix}]`).execute(server.db);
    await server.close();
  });

  /** Runs the script as sqlcmd gives it to the server. */
  async function setPasswords(newPassword: string): Promise<void> {
    const text = await readFile(new URL("../logins.sql", import.meta.url), "utf8");
    const { database } = parseMssqlUrl(made.url);
    const variables: Readonly<Record<string, string>> = { database, schema: "dbo" };
    const script = text
      .replaceAll(/\$\((\w+)\)/g, (_all, name: string) => variables[name] ?? newPassword)
      .replaceAll(/\bplant_(etl|archive|health|dashboard)\b/g, (name) => `${name}_${suffix}`);
    const owner = await openMssql(made.url);
    for (const batch of splitBatches(script)) await sql.raw(batch).execute(owner.db);
    await owner.close();
  }

  async function openAs(name: string, withPassword = password) {
    const user = `plant_${name}_${suffix}`;
    const opened = await openMssql({ ...parseMssqlUrl(made.url), user, password: withPassword });
    onTestFinished(() => opened.close());
    const execute = (text: string) => sql.raw(text).execute(opened.db);
    return { opened, execute };
  }

  const refused = /permission|denied/i;
  const insertConflict =
    "INSERT INTO dbo.quarantined_row (table_name, row_id, reason, content) VALUES ('plant_reading', 1, 'conflicting reading', '{}')";
  const insertRun =
    "INSERT INTO dbo.etl_run (run_id, started_at, state) VALUES ('a', '2026-01-01', 'running')";

  it("lets plant_etl load and delete runs, but not delete readings or change tables", async () => {
    const { opened, execute } = await openAs("etl");
    expect((await migrate(opened)).applied).toEqual([]);
    await loadReferenceData(opened, museumSeed());
    await execute(insertRun);
    await execute(insertConflict);
    await execute("UPDATE dbo.plant_rejection SET resolved_by = 'a'");
    await execute("DELETE FROM dbo.etl_run");
    await expect(execute("DELETE FROM dbo.plant_reading")).rejects.toThrow(refused);
    await expect(execute("CREATE TABLE dbo.mine (id INT)")).rejects.toThrow(refused);
  });

  it("lets plant_archive delete readings and write the time of a verification, but delete no plant", async () => {
    const { execute } = await openAs("archive");
    await execute("DELETE FROM dbo.plant_reading");
    await execute("UPDATE dbo.archive_metadata SET verified_at = NULL");
    await expect(execute("DELETE FROM dbo.plant")).rejects.toThrow(refused);
  });

  it("lets plant_health write alerts, deliveries and profiles, but no run", async () => {
    const { execute } = await openAs("health");
    for (const table of ["alert_delivery", "plant_alert", "plant_day_profile"])
      await execute(`DELETE FROM dbo.${table}`);
    await expect(execute(insertRun)).rejects.toThrow(refused);
  });

  it("lets plant_dashboard only read", async () => {
    const { execute } = await openAs("dashboard");
    expect((await execute("SELECT COUNT(*) AS n FROM dbo.plant")).rows).toEqual([{ n: 49 }]);
    await expect(execute("UPDATE dbo.plant SET name = 'x'")).rejects.toThrow(refused);
    await expect(execute(insertRun)).rejects.toThrow(refused);
  });

  it("changes the passwords when it runs again; open connections continue", async () => {
    const before = await openAs("etl");
    await before.execute("SELECT 1");
    const newPassword = `Bb2-${randomBytes(9).toString("hex")}`;
    await setPasswords(newPassword);
    for (const name of ["etl", "archive"]) {
      await expect(openAs(name)).rejects.toMatchObject({ code: "LOGIN_FAILED" });
      const { execute } = await openAs(name, newPassword);
      expect((await execute("SELECT COUNT(*) AS n FROM dbo.plant")).rows).toHaveLength(1);
    }
    await before.execute("SELECT 1");
    await setPasswords(password);
  });
});
