import { inspect } from "node:util";
import { startFakeTdsServer } from "@lmnh/testing/sql-server";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { PlantSchemaError } from "../../src/errors.js";
import { type MssqlConfig, openMssql, parseMssqlUrl } from "../../src/mssql/index.js";

function errorOf(action: () => unknown): PlantSchemaError {
  try {
    action();
  } catch (error) {
    if (error instanceof PlantSchemaError) return error;
  }
  throw new Error("expected a PlantSchemaError");
}

describe("parseMssqlUrl", () => {
  it("parses every part; by default it encrypts and verifies the certificate", () => {
    expect(parseMssqlUrl("mssql://sa:p%40ss@db.lnhm.example/plants")).toEqual({
      host: "db.lnhm.example",
      port: 1433,
      database: "plants",
      user: "sa",
      password: "p@ss",
      schema: "dbo",
      encrypt: true,
      trustServerCertificate: false,
    });
    expect(
      parseMssqlUrl(
        "mssql://u:p@[::1]:14330/db?encrypt=false&trustServerCertificate=true&schema=my%5Dschema",
      ),
    ).toMatchObject({
      host: "::1",
      port: 14330,
      schema: "my]schema",
      encrypt: false,
      trustServerCertificate: true,
    });
    expect(parseMssqlUrl("mssql://u:p@host/db?caFile=%2Fetc%2Frds%20eu.pem")).toMatchObject({
      caFile: "/etc/rds eu.pem",
      encrypt: true,
    });
  });

  it("decodes percent-encoded parts", () => {
    const text = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
      .filter((value) => value.isWellFormed());
    const parts = fc.record({
      user: text,
      password: text,
      database: text,
      port: fc.integer({ min: 1, max: 65_535 }),
    });
    fc.assert(
      fc.property(parts, ({ user, password, database, port }) => {
        const [u, p, d] = [user, password, database].map(encodeURIComponent);
        // A path of one or two dots means the directory, in every URL.
        fc.pre(database !== "." && database !== "..");
        expect(parseMssqlUrl(`mssql://${u}:${p}@host:${port}/${d}`)).toMatchObject({
          user,
          password,
          database,
          port,
        });
      }),
    );
  });

  it.each([
    "sqlite:plants.db",
    "mssql://",
    "mssql://u:hunter2@host",
    "mssql://:hunter2@host/db",
    "mssql://u:hunter2@host:0/db",
    "mssql://u:hunter2@host:99999/db",
    "mssql://u:hunter2#x@host/db",
    "mssql://u:hunter2%@host/db",
    "mssql://u:hunter2@host/db?encrypt=yes",
    "mssql://u:hunter2@host/db?password=hunter2",
    "mssql://u:hunter2@host/db?schema=",
    "mssql://u:hunter2@host/db?schema=o'clock",
    "mssql://u:hunter2@host/db?caFile=",
    "mssql://u:hunter2@host/db?caFile=ca.pem&encrypt=false",
    "mssql://u:hunter2@host/db?caFile=ca.pem&trustServerCertificate=true",
    "mssql://u:hun/ter2@host/db",
  ])("rejects %s with one line without the password", (url) => {
    const error = errorOf(() => parseMssqlUrl(url));
    expect(error).toMatchObject({ code: "URL_INVALID", recovery: "abort" });
    expect(error.message).not.toContain("\n");
    // All that a logger could print, the cause included; not the stack, which names this test.
    expect(inspect({ ...error, message: error.message, cause: error.cause })).not.toMatch(/hun\/?ter2/);
  });
});

describe("openMssql", () => {
  const config: MssqlConfig = {
    host: "localhost",
    database: "plants",
    user: "sa",
    password: "x",
    encrypt: false,
  };

  it("adds the schema to every table", async () => {
    const server = await startFakeTdsServer();
    onTestFinished(() => server.close());
    const opened = await openMssql({ ...config, port: server.port, schema: "my]schema" });
    onTestFinished(() => opened.close());
    expect(opened).toMatchObject({ dialect: "mssql", schema: "my]schema" });
    expect(opened.db.selectFrom("plant").select("name").compile().sql).toBe(
      'select "name" from "my]schema"."plant"',
    );
  });

  it("validates a URL and an object of its parts", async () => {
    await expect(openMssql({ ...config, user: "" })).rejects.toMatchObject({ code: "URL_INVALID" });
    await expect(openMssql("mssql://host/plants")).rejects.toMatchObject({ code: "URL_INVALID" });
  });
});
