import { describe, expect, test } from "vitest";
import { resolveDatabase } from "../src/resolve-database.js";
import { resolveSettings, type SettingTexts } from "../src/settings/resolve-settings.js";
import { databaseSettings } from "../src/settings/setting-groups.js";

const byName = { DB_HOST: "db.example", DB_USER: "etl", DB_PASSWORD: "hunter2", DB_NAME: "plants" };

function databaseOf(environment: SettingTexts) {
  const resolved = resolveSettings(databaseSettings, { flags: {}, environment, dotEnv: {}, configFile: {} });
  return resolveDatabase(resolved.values, resolved);
}

describe("resolveDatabase", () => {
  test("returns the default file if nothing is set", () => {
    const url = "sqlite:plant-data/plants.db";
    expect(databaseOf({})).toEqual({ kind: "sqlite", url, name: url, risks: [] });
  });

  test("returns SQL Server by the DB_ names, with defaults for those that are not set", () => {
    expect(databaseOf(byName)).toEqual({
      kind: "mssql",
      config: {
        host: "db.example",
        port: 1433,
        user: "etl",
        password: "hunter2",
        database: "plants",
        schema: "dbo",
        encrypt: true,
        trustServerCertificate: false,
      },
      name: "mssql://db.example:1433/plants (schema dbo, by the DB_ names)",
      risks: [],
    });
    expect(databaseOf({ ...byName, DB_CA_FILE: "rds.pem", DB_SCHEMA: "beta" })).toMatchObject({
      config: { caFile: "rds.pem", schema: "beta" },
    });
  });

  test("prefers the database setting to the DB_ names, even if it equals the default", () => {
    for (const url of ["sqlite:mine.db", "sqlite:plant-data/plants.db"])
      expect(databaseOf({ ...byName, PLANT_DATABASE: url })).toMatchObject({ kind: "sqlite", url });
    expect(databaseOf({ ...byName, PLANT_DATABASE: "mssql://sa:hunter3@other/beta" })).toMatchObject({
      kind: "mssql",
      config: { host: "other", user: "sa", password: "hunter3", database: "beta" },
      name: "mssql://other:1433/beta (schema dbo, by its URL)",
    });
  });

  test("returns a name without the password", () => {
    for (const environment of [byName, { PLANT_DATABASE: "mssql://sa:hunter2@other/beta" }])
      expect(JSON.stringify({ ...databaseOf(environment), config: null })).not.toMatch(/hunter/);
  });

  test("refuses incomplete DB_ names and lists those that are missing", () => {
    expect(() => databaseOf({ DB_HOST: "db.example", DB_USER: "etl" })).toThrow(
      expect.objectContaining({
        exitCode: 78,
        lines: ["DB_PASSWORD, DB_NAME must be set, because DB_HOST is and no database is set."],
      }),
    );
  });

  test("refuses DB_ names without DB_HOST, which would mean the default file, and lists those that are set", () => {
    const refused = (line: string) => expect.objectContaining({ exitCode: 78, lines: [line] });
    const { DB_HOST: _, ...login } = byName;
    expect(() => databaseOf(login)).toThrow(
      refused(
        "DB_HOST must be set, because DB_USER, DB_PASSWORD, DB_NAME are and no database is set. For a SQLite file, name it: PLANT_DATABASE=sqlite:plant-data/plants.db",
      ),
    );
    for (const [name, value] of [
      ["DB_PORT", "1433"],
      ["DB_SCHEMA", "dbo"],
      ["DB_ENCRYPT", "true"],
      ["DB_CA_FILE", "rds.pem"],
    ] as const)
      expect(() => databaseOf({ [name]: value })).toThrow(
        refused(
          `DB_HOST must be set, because ${name} is and no database is set. For a SQLite file, name it: PLANT_DATABASE=sqlite:plant-data/plants.db`,
        ),
      );
    expect(databaseOf({ ...login, PLANT_DATABASE: "sqlite:mine.db" })).toMatchObject({ kind: "sqlite" });
  });

  test("returns the risks of the connection", () => {
    const risksOf = (names: SettingTexts) => {
      return databaseOf({ ...byName, ...names }).risks;
    };
    expect(risksOf({ DB_ENCRYPT: "false" })).toEqual([expect.stringMatching(/not encrypted/)]);
    expect(risksOf({ DB_TRUST_SERVER_CERTIFICATE: "true" })).toEqual([
      expect.stringMatching(/certificate is not checked/),
    ]);
  });
});
