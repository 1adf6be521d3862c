import {
  type DatabaseDialect,
  executeStatement,
  inWriteTransaction,
  type PlantDatabase,
  type PlantReadingTable,
  referenceStatements,
} from "@lmnh/plant-schema";
import type { Kysely } from "kysely";
import type { PlantStore } from "../ports.js";
import type { LoadStatements } from "./load-statements.js";
import { mssqlStatements } from "./mssql-statements.js";
import { sqliteStatements } from "./sqlite-statements.js";

/** A migrated database: what `openSqlite` and `openMssql` of `@lmnh/plant-schema` return. */
export interface KyselyPlantStoreOptions extends DatabaseDialect {
  readonly db: Kysely<PlantDatabase>;
}

/** Loads into SQLite or SQL Server. Errors are the driver's; the transaction is then rolled back whole. */
export function kyselyPlantStore(options: KyselyPlantStoreOptions): PlantStore {
  const { db, dialect, schema } = options;
  const statements: LoadStatements = dialect === "sqlite" ? sqliteStatements : mssqlStatements(schema);

  return {
    async beginRun(run) {
      await executeStatement(db, statements.beginRun(run));
    },

    load: (batch, run) =>
      inWriteTransaction(options, async (transaction) => {
        // Readings refer to plants, plants to everything else.
        if (batch.plants.length > 0)
          for (const statement of referenceStatements(options, { ...noReferenceData, plants: batch.plants }))
            await executeStatement(transaction, statement);

        let loaded = 0;
        let flagged = 0;
        for (const statement of statements.insertReadings(batch, run)) {
          const { rows } = await executeStatement<InsertedReading>(transaction, statement);
          loaded += rows.length;
          flagged += rows.filter((row) => row.quality_flag !== 0).length;
        }

        for (const statement of [
          ...statements.recordNotices(batch),
          ...statements.recordRejections(batch, run),
        ])
          await executeStatement(transaction, statement);
        return { loaded, duplicates: batch.readings.length - loaded, flagged };
      }),

    async finishRun(report) {
      await executeStatement(db, statements.finishRun(report));
    },

    async failRun(run, failedAt) {
      await executeStatement(db, statements.failRun(run, failedAt));
    },
  };
}

type InsertedReading = Pick<PlantReadingTable, "quality_flag">;

const noReferenceData = { botanists: [], countries: [], cities: [], origins: [] };
