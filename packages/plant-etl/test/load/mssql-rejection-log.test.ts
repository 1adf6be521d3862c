import type { PlantTables } from "@lmnh/plant-schema";
import { DummyDriver, Kysely, MssqlAdapter, MssqlIntrospector, MssqlQueryCompiler } from "kysely";
import { expect, test } from "vitest";
import { sqlRejectionLog } from "../../src/load/sql-rejection-log.js";

test("sqlRejectionLog has these statements for SQL Server", async () => {
  const statements: string[] = [];
  const db = new Kysely<PlantTables>({
    dialect: {
      createAdapter: () => new MssqlAdapter(),
      createIntrospector: (kysely) => new MssqlIntrospector(kysely),
      createQueryCompiler: () => new MssqlQueryCompiler(),
      createDriver: () => new DummyDriver(),
    },
    log: ({ query: { sql, parameters } }) => void statements.push(`${sql}\n-- ${JSON.stringify(parameters)}`),
  });
  const log = sqlRejectionLog({ db, dialect: "mssql", schema: "museum" });
  await log.newest({ plantId: 8, since: "2026-01-28T12:00:00.000Z", kind: "reading" }, 50);
  await expect(log.count({ resolved: true })).rejects.toThrow("no result");
  await log.page({}, 7, 100);
  await log.read(7);
  await log.markResolved([7, 8], { runId: "retry", resolvedAt: "2026-01-28T13:00:00.007Z" });
  await expect(`${statements.join("\n\n")}\n`).toMatchFileSnapshot("__snapshots__/rejection-log-mssql.sql");
});
