import { migrate, type PlantTables } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import {
  DummyDriver,
  Kysely,
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  type QueryResult,
} from "kysely";
import { expect, test } from "vitest";
import { sqlStatusStatements } from "../../src/status/sql-status-facts.js";
import { statusStatementsTests } from "../support/status-statements-tests.js";
import { nowMs } from "./facts.js";

statusStatementsTests("sqlStatusStatements on SQLite", async () => {
  const database = await openSqlite("sqlite::memory:");
  await migrate(database);
  return { database, close: () => database.close() };
});

test("sqlStatusStatements has these statements for SQL Server", async () => {
  const statements: string[] = [];
  const db = new Kysely<PlantTables>({
    dialect: {
      createAdapter: () => new MssqlAdapter(),
      createIntrospector: (kysely) => new MssqlIntrospector(kysely),
      createQueryCompiler: () => new MssqlQueryCompiler(),
      createDriver: () =>
        Object.assign(new DummyDriver(), {
          acquireConnection: async () => ({
            executeQuery: async <Row>({
              sql,
              parameters,
            }: {
              sql: string;
              parameters: readonly unknown[];
            }) => {
              statements.push(`${sql}\n-- ${JSON.stringify(parameters)}`);
              const rows = sql.includes('group by "state"')
                ? [{ state: "pruned", files: 2, rows: "20", bytes: "900", last_hour: "2026-11-29T10" }]
                : sql.includes("group by")
                  ? []
                  : sql.includes('"partition_hour", "after_id"')
                    ? [{ partition_hour: "2026-11-29T07", after_id: 0, through_id: 9 }]
                    : [{ readings: "5", bytes: "8192" }];
              return { rows: rows as Row[] } satisfies QueryResult<Row>;
            },
            async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {},
          }),
        }),
    },
  });
  const status = sqlStatusStatements({ db, dialect: "mssql", schema: "museum" });
  await status.runs(nowMs);
  await status.readings(nowMs, 0);
  await status.plants(nowMs, nowMs - 600_000);
  await status.rejections(nowMs);
  await status.alerts(nowMs);
  expect(await status.catalog()).toMatchObject({ files: 2, lastHour: "2026-11-29T10", unarchived: 5 });
  await status.newestFiles(48);
  expect(await status.bytes()).toBe(8192);
  await expect(`${statements.join("\n\n")}\n`).toMatchFileSnapshot("__snapshots__/status-mssql.sql");
});
