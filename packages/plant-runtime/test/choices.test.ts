import { describe, expect, test } from "vitest";
import { resolveArchive } from "../src/resolve-archive.js";
import { resolveDatabase } from "../src/resolve-database.js";
import { archiveSettings, databaseSettings } from "../src/settings/groups.js";
import { type Given, resolveSettings } from "../src/settings/resolve-settings.js";

const byName = { DB_HOST: "db.example", DB_USER: "etl", DB_PASSWORD: "hunter2", DB_NAME: "plants" };

function databaseOf(environment: Given) {
  const resolved = resolveSettings(databaseSettings, { flags: {}, environment, dotEnv: {}, configFile: {} });
  return resolveDatabase(resolved.values, resolved);
}

function archiveOf(environment: Given) {
  const resolved = resolveSettings(archiveSettings, { flags: {}, environment, dotEnv: {}, configFile: {} });
  return resolveArchive(resolved.values, resolved);
}

describe("the database that the settings mean", () => {
  test("is the default file where nothing is said", () => {
    const url = "sqlite:plant-data/plants.db";
    expect(databaseOf({})).toEqual({ kind: "sqlite", url, name: url, risks: [] });
  });

  test("is SQL Server by the DB_ names, with the defaults of those that are not set", () => {
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

  test("is what is given, whatever the DB_ names say, even where it is the default's text", () => {
    for (const url of ["sqlite:mine.db", "sqlite:plant-data/plants.db"])
      expect(databaseOf({ ...byName, PLANT_DATABASE: url })).toMatchObject({ kind: "sqlite", url });
    expect(databaseOf({ ...byName, PLANT_DATABASE: "mssql://sa:hunter3@other/beta" })).toMatchObject({
      kind: "mssql",
      config: { host: "other", user: "sa", password: "hunter3", database: "beta" },
      name: "mssql://other:1433/beta (schema dbo, by its URL)",
    });
  });

  test("has a name without its password", () => {
    for (const environment of [byName, { PLANT_DATABASE: "mssql://sa:hunter2@other/beta" }])
      expect(JSON.stringify({ ...databaseOf(environment), config: null })).not.toMatch(/hunter/);
  });

  test("cannot be by half of the DB_ names; those that are missing are named", () => {
    expect(() => databaseOf({ DB_HOST: "db.example", DB_USER: "etl" })).toThrow(
      expect.objectContaining({
        exitCode: 78,
        lines: ["DB_PASSWORD, DB_NAME must be set, because DB_HOST is and no database is given."],
      }),
    );
  });

  test("cannot be by DB_ names without a host, which would leave the default file; those that are set are named", () => {
    const refused = (line: string) => expect.objectContaining({ exitCode: 78, lines: [line] });
    const { DB_HOST: _, ...login } = byName;
    expect(() => databaseOf(login)).toThrow(
      refused(
        "DB_HOST must be set, because DB_USER, DB_PASSWORD, DB_NAME are and no database is given. For a SQLite file, name it: PLANT_DATABASE=sqlite:plant-data/plants.db",
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
          `DB_HOST must be set, because ${name} is and no database is given. For a SQLite file, name it: PLANT_DATABASE=sqlite:plant-data/plants.db`,
        ),
      );
    expect(databaseOf({ ...login, PLANT_DATABASE: "sqlite:mine.db" })).toMatchObject({ kind: "sqlite" });
  });

  test("says what its connection is not protected from", () => {
    const risksOf = (names: Given) => {
      return databaseOf({ ...byName, ...names }).risks;
    };
    expect(risksOf({ DB_ENCRYPT: "false" })).toEqual([expect.stringMatching(/not encrypted/)]);
    expect(risksOf({ DB_TRUST_SERVER_CERTIFICATE: "true" })).toEqual([
      expect.stringMatching(/certificate is not checked/),
    ]);
  });
});

describe("the archive that the settings mean", () => {
  test("is what is given, else the bucket, else the default folder", () => {
    expect(archiveOf({})).toEqual({
      kind: "directory",
      url: "file:plant-data/archive",
      name: "file:plant-data/archive",
      directory: "plant-data/archive",
    });
    expect(archiveOf({ S3_BUCKET_NAME: "plants" })).toMatchObject({ kind: "s3", url: "s3://plants" });
    expect(archiveOf({ S3_BUCKET_NAME: "plants", PLANT_ARCHIVE: "file:mine" })).toMatchObject({
      directory: "mine",
    });
  });

  test("may be a folder as a path or as a URL", () => {
    for (const url of ["file:/data/archive", "file:///data/archive"])
      expect(archiveOf({ PLANT_ARCHIVE: url })).toEqual({
        kind: "directory",
        url,
        name: url,
        directory: "/data/archive",
      });
  });

  test("has a name without the keys that stand in its URL", () => {
    const url = "s3://plants/a?endpoint=http://me:hunter2@127.0.0.1:9000";
    expect(archiveOf({ PLANT_ARCHIVE: url })).toMatchObject({
      kind: "s3",
      url,
      name: expect.not.stringContaining("hunter2"),
    });
  });
});
