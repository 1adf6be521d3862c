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

/** Writes down what a SQL Server would be told; `answer` gives the rows that it would answer, or throws. */
function recorder(response: (sql: string) => unknown[]): { opened: PlantDatabase; told: string[] } {
  const told: string[] = [];
  const connection = {
    executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      told.push(parameters.length === 0 ? sql : `${sql} -- ${JSON.stringify(parameters)}`);
      return Promise.resolve().then(() => ({ rows: response(sql) as Row[] }));
    },
    async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {},
  };
  const note = (text: string) => async () => {
    told.push(text);
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
  return { opened: { db, dialect: "mssql", schema: "my]schema", close: () => db.destroy() }, told };
}

const emptyServer = (sql: string) => {
  if (sql.includes("sp_getapplock")) return [{ granted: 0 }];
  if (sql.startsWith("SELECT OBJECT_ID")) return [{ id: null }];
  return [];
};

/** The first line of each, so that the order shows at a glance. */
const outline = (told: readonly string[]) =>
  told.map((sql) => sql.replace(/^(\s|--[^\n]*\n)+/, "").split("\n")[0]);

describe("the batches for SQL Server", () => {
  it.each(mssqlMigrations)("of $name are these", (migration) => {
    expect(migrationBatches(migration, "my]schema").join("\n\n=== next batch ===\n\n")).toMatchSnapshot();
  });

  it("name the schema, quoted, and leave no variable behind", () => {
    for (const migration of mssqlMigrations)
      for (const batch of migrationBatches(migration, "my]$&schema")) {
        expect(batch).not.toContain("$(");
        expect(batch.match(/\[(?!my)\w+\]/g)?.length).toBe(batch.match(/\[my\]\]\$&schema\]\.\[/g)?.length);
      }
    expect(migrationBatches({ name: "x", sql: "DROP TABLE $(schema).[a]" }, null)).toEqual([
      "DROP TABLE [dbo].[a]",
    ]);
  });

  it("leave exactly the tables and columns that the types promise", () => {
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

  it("drop every copy that they made", () => {
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

  it("use nothing that a restricted server refuses", () => {
    for (const { sql } of mssqlMigrations)
      expect(sql).not.toMatch(/\bMERGE\b|CREATE OR ALTER|#\w+ |\bDBCC\b/);
  });
});

describe("migrating SQL Server", () => {
  it("takes the lock, reads the ledger behind it, and gives each file a transaction with its ledger entry", async () => {
    const { opened, told } = recorder(emptyServer);
    const report = await migrate(opened);
    expect(report).toEqual({
      applied: mssqlMigrations.map(({ name }) => name),
      present: [],
      quarantined: [],
    });
    expect(outline(told)).toMatchSnapshot();
  });

  it("locks and writes nothing when nothing is pending", async () => {
    const first = recorder(emptyServer);
    await migrate(first.opened);
    const entries = first.told
      .map((sql) => /\[schema_migration\] \(name.* -- (\[.*\])$/s.exec(sql)?.[1])
      .filter((parameters) => parameters !== undefined)
      .map((parameters) => JSON.parse(parameters) as [string, string]);
    const history = entries.map(([name, checksum]) => ({ name, checksum }));
    const { opened, told } = recorder(() => history);
    expect(await migrate(opened)).toEqual({
      applied: [],
      present: mssqlMigrations.map(({ name }) => name),
      quarantined: [],
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "
      IF SCHEMA_ID(@1) IS NULL
        THROW 51208, N'[my]]schema] is no schema of this database; CREATE SCHEMA [my]]schema] makes it', 1;
      IF OBJECT_ID(@2) IS NOT NULL
        SELECT name, checksum FROM [my]]schema].[schema_migration] ORDER BY name; -- ["my]schema","[my]]schema].[schema_migration]"]",
      ]
    `);
  });

  it("rolls back, gives the lock back, and tells the first error", async () => {
    const { opened, told } = recorder((sql) => {
      if (sql.includes("RAISERROR")) throw new Error("museum_table_has\nan_unknown_column");
      return emptyServer(sql);
    });
    await expect(migrate(opened)).rejects.toMatchObject({
      code: "MIGRATION_FAILED",
      message: expect.stringMatching(
        /^The migration 0002_plant_pipeline failed.*museum_table_has an_unknown_column/,
      ),
    });
    expect(outline(told).slice(-2)).toEqual(["ROLLBACK", expect.stringContaining("sp_releaseapplock")]);
  });

  it("sends whoever may not migrate to the database's owner", async () => {
    const { opened, told } = recorder((sql) => {
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
        "The migration 0001_museum_tables is pending, and this login may not apply it: CREATE TABLE permission denied in database 'plants'. Nothing was changed; run plant migrate as the database's owner.",
    });
    expect(outline(told).slice(-2)).toEqual(["ROLLBACK", expect.stringContaining("sp_releaseapplock")]);
  });

  it("is to be tried again when what broke it passes", async () => {
    const { opened } = recorder((sql) => {
      if (sql.includes("CREATE TABLE")) throw new PlantSchemaError("CONNECTION_LOST", "retry", "It broke.");
      return emptyServer(sql);
    });
    await expect(migrate(opened)).rejects.toMatchObject({ code: "MIGRATION_FAILED", recovery: "retry" });
  });

  it("says that another program migrates when the lock is not granted in time", async () => {
    const { opened, told } = recorder((sql) =>
      sql.includes("sp_getapplock") ? [{ granted: -1 }] : emptyServer(sql),
    );
    await expect(migrate(opened)).rejects.toMatchObject({ code: "DATABASE_BUSY", recovery: "retry" });
    expect(told.join()).not.toContain("CREATE TABLE");
  });
});
