import type { PlantTables } from "@lmnh/plant-schema";
import {
  DummyDriver,
  Kysely,
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  type QueryResult,
} from "kysely";
import { expect, test } from "vitest";
import { sqlOperatorMetrics } from "../../src/dashboard/sql-operator-metrics.js";
import { openTestSqlite } from "../support/health-database.js";
import { operatorMetricsTests } from "../support/operator-metrics-tests.js";

operatorMetricsTests("sqlOperatorMetrics on SQLite", openTestSqlite);

test("sqlOperatorMetrics has these statements for SQL Server", async () => {
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
              const isFirst = !statements.some((statement) => statement.includes("min("));
              statements.push(`${sql}\n-- ${JSON.stringify(parameters)}`);
              const rows = sql.includes("min(")
                ? [{ first: isFirst ? new Date("2026-02-01T00:00:00.000Z") : null }]
                : sql.includes("plant_reading")
                  ? [{ readings: "5" }]
                  : sql.includes("archive_file")
                    ? [{ archived: 3 }]
                    : sql.includes("sum(")
                      ? [{ loaded: "48" }]
                      : [];
              return { rows: rows as Row[] } satisfies QueryResult<Row>;
            },
            async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {},
          }),
        }),
    },
  });
  const load = sqlOperatorMetrics({ db, dialect: "mssql", schema: "museum" });
  expect(await load(Date.parse("2026-03-01T12:00:00.000Z"))).toMatchObject({
    readingsLoaded: 96,
    unarchivedReadings: 2,
  });
  await expect(`${statements.join("\n\n")}\n`).toMatchFileSnapshot(
    "__snapshots__/operator-metrics-mssql.sql",
  );
});
