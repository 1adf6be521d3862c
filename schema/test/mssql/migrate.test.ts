import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  type QueryResult,
} from "kysely";
import { describe, expect, it } from "vitest";
import type { PlantDatabase } from "../../src/database.js";
import { PlantSchemaError } from "../../src/errors.js";
import { migrate } from "../../src/migration/migrate.js";
import { migrationBatches } from "../../src/mssql/migrate.js";
import { mssqlMigrations } from "../../src/mssql/migrations.js";
import { explainServerError } from "../../src/mssql/request-errors.js";
import type { PlantTables } from "../../src/tables.js";
import { expectedColumns } from "../support/expected-columns.js";

/** Records the statements that are sent to SQL Server; `response` returns their rows, or throws. */
function recorder(response: (sql: string) => unknown[]): { opened: PlantDatabase; statements: string[] } {
  const statements: string[] = [];
  const connection = {
    executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      statements.push(parameters.length === 0 ? sql : `${sql} -- ${JSON.stringify(parameters)}`);
      return Promise.resolve().then(() => ({ rows: response(sql) as Row[] }));
    },
    async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {},
  };
  const note = (text: string) => async () => {
    statements.push(text);
  };
  const db = new Kysely<PlantTables>({
    dialect: {
      createAdapter: () => new MssqlAdapter(),
      createIntrospector: (kysely) => new MssqlIntrospector(kysely),
      createQueryCompiler: () => new MssqlQueryCompiler(),
      createDriver: () =>
        Object.assign(new DummyDriver(), {
          acquireConnection: async () => connection,
          beginTransaction: note("BEGIN"),
          commitTransaction: note("COMMIT"),
          rollbackTransaction: note("ROLLBACK"),
        }),
    },
  }).withSchema("my]schema");
  return { opened: { db, dialect: "mssql", schema: "my]schema", close: () => db.destroy() }, statements };
}

const emptyServer = (sql: string) => {
  if (sql.includes("sp_getapplock")) return [{ granted: 0 }];
  if (sql.startsWith("SELECT OBJECT_ID")) return [{ id: null }];
  return [];
};

/** The first line of each statement. */
const outline = (statements: readonly string[]) =>
  statements.map((sql) => sql.replace(/^(\s|--[^\n]*\n)+/, "").split("\n")[0]);

describe("migrationBatches", () => {
  it.each(mssqlMigrations)("returns the batches of the snapshot for $name", (migration) => {
    expect(migrationBatches(migration, "my]schema").join("\n\n=== next batch ===\n\n")).toMatchSnapshot();
  });

  it("replaces every $(schema) with the quoted schema", () => {
    for (const migration of mssqlMigrations)
      for (const batch of migrationBatches(migration, "my]$&schema")) {
        expect(batch).not.toContain("$(");
        expect(batch.match(/\[(?!my)\w+\]/g)?.length).toBe(batch.match(/\[my\]\]\$&schema\]\.\[/g)?.length);
      }
    expect(migrationBatches({ name: "x", sql: "DROP TABLE $(schema).[a]" }, null)).toEqual([
      "DROP TABLE [dbo].[a]",
    ]);
  });

  it("creates exactly the tables and columns of PlantTables", () => {
    const found: Record<string, Record<string, string>> = {};
    const batches = mssqlMigrations.flatMap((migration) => migrationBatches(migration, null)).join("\n");
    for (const [, dropped, created, body = ""] of batches.matchAll(
      /DROP TABLE \[dbo\]\.\[(\w+)\]|CREATE TABLE \[dbo\]\.\[(\w+)\] \(\n([\s\S]*?)\n\s*\);/g,
    )) {
      if (dropped !== undefined) delete found[dropped];
      if (created !== undefined)
        found[created] = Object.fromEntries(
          [...body.matchAll(/^\s+([a-z]\w*) [A-Z][A-Z0-9]*(?:\([^)]*\))?(.*)$/gm)].map(
            ([, name, rest = ""]) => [name, rest.includes("NOT NULL") ? "not null" : "null"],
          ),
        );
    }
    for (const [, table = "", column = "", rest = ""] of batches.matchAll(
      /ALTER TABLE \[dbo\]\.\[(\w+)\] ADD ([a-z]\w*) ([^;]*);/g,
    ))
      found[table] = { ...found[table], [column]: rest.includes("NOT NULL") ? "not null" : "null" };
    const { schema_migration: _, ...expected } = expectedColumns;
    expect(found).toEqual(expected);
  });

  it("drops every copy that it creates", () => {
    for (const migration of mssqlMigrations) {
      const text = migrationBatches(migration, null).join("\n");
      const copies = [...text.matchAll(/INTO \[dbo\]\.\[((?:museum|merged|kept|classified)_\w+)\]/g)].map(
        ([, name]) => name,
      );
      const dropped = [
        ...text.matchAll(/DROP TABLE \[dbo\]\.\[((?:museum|merged|kept|classified)_\w+)\]/g),
      ].map(([, name]) => name);
      expect(dropped.sort()).toEqual(copies.sort());
    }
  });

  it("uses no T-SQL that some servers do not support", () => {
    for (const { sql } of mssqlMigrations)
      expect(sql).not.toMatch(/\bMERGE\b|CREATE OR ALTER|#\w+ |\bDBCC\b/);
  });
});

describe("migrate on SQL Server", () => {
  it("acquires the lock, reads the history again, and applies each migration in a transaction with its history row", async () => {
    const { opened, statements } = recorder(emptyServer);
    const report = await migrate(opened);
    expect(report).toEqual({
      applied: mssqlMigrations.map(({ name }) => name),
      present: [],
      quarantined: [],
    });
    expect(outline(statements)).toMatchSnapshot();
  });

  it("only reads if no migration is pending", async () => {
    const first = recorder(emptyServer);
    await migrate(first.opened);
    const entries = first.statements
      .map((sql) => /\[schema_migration\] \(name.* -- (\[.*\])$/s.exec(sql)?.[1])
      .filter((parameters) => parameters !== undefined)
      .map((parameters) => JSON.parse(parameters) as [string, string]);
    const history = entries.map(([name, checksum]) => ({ name, checksum }));
    const { opened, statements } = recorder(() => history);
    expect(await migrate(opened)).toEqual({
      applied: [],
      present: mssqlMigrations.map(({ name }) => name),
      quarantined: [],
    });
    expect(statements).toMatchInlineSnapshot(`
      [
        "
      IF SCHEMA_ID(@1) IS NULL
        THROW 51208, N'the database has no schema [my]]schema]; CREATE SCHEMA [my]]schema] creates it', 1;
      IF OBJECT_ID(@2) IS NOT NULL
        SELECT name, checksum FROM [my]]schema].[schema_migration] ORDER BY name; -- ["my]schema","[my]]schema].[schema_migration]"]",
      ]
    `);
  });

  it("rolls back, releases the lock and throws the first error", async () => {
    const { opened, statements } = recorder((sql) => {
      if (sql.includes("RAISERROR")) throw new Error("museum_table_has\nan_unknown_column");
      return emptyServer(sql);
    });
    await expect(migrate(opened)).rejects.toMatchObject({
      code: "MIGRATION_FAILED",
      message: expect.stringMatching(
        /^The migration 0002_plant_pipeline failed.*museum_table_has an_unknown_column/,
      ),
    });
    expect(outline(statements).slice(-2)).toEqual(["ROLLBACK", expect.stringContaining("sp_releaseapplock")]);
  });

  it("is PERMISSION_DENIED if the login may not create tables", async () => {
    const { opened, statements } = recorder((sql) => {
      if (sql.includes("CREATE TABLE"))
        throw explainServerError({
          number: 262,
          message: "CREATE TABLE permission denied in database 'plants'.",
        });
      return emptyServer(sql);
    });
    await expect(migrate(opened)).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      recovery: "abort",
      message:
        "The migration 0001_museum_tables is pending, and this login may not apply it: CREATE TABLE permission denied in database 'plants'. Nothing was changed. Apply it as the owner of the database.",
    });
    expect(outline(statements).slice(-2)).toEqual(["ROLLBACK", expect.stringContaining("sp_releaseapplock")]);
  });

  it("has the recovery retry after a transient error", async () => {
    const { opened } = recorder((sql) => {
      if (sql.includes("CREATE TABLE")) throw new PlantSchemaError("CONNECTION_LOST", "retry", "It broke.");
      return emptyServer(sql);
    });
    await expect(migrate(opened)).rejects.toMatchObject({ code: "MIGRATION_FAILED", recovery: "retry" });
  });

  it("is DATABASE_BUSY after the lock time-out", async () => {
    const { opened, statements } = recorder((sql) =>
      sql.includes("sp_getapplock") ? [{ granted: -1 }] : emptyServer(sql),
    );
    await expect(migrate(opened)).rejects.toMatchObject({ code: "DATABASE_BUSY", recovery: "retry" });
    expect(statements.join()).not.toContain("CREATE TABLE");
  });
});
