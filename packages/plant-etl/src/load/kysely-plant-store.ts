import {
  type DatabaseDialect,
  executeStatement,
  isRefused,
  type Outcome,
  type PlantDatabase,
  type PlantReadingTable,
  type RetryOptions,
  referenceStatements,
  retryWhole,
  writeTogether,
} from "@lmnh/plant-schema";
import type { Kysely } from "kysely";
import type { Batch } from "../batch.js";
import { PlantEtlError } from "../errors.js";
import type { PlantStore } from "../ports.js";
import type { LoadCounts, RunStart } from "../report.js";
import { findRefusedRow } from "./find-refused-row.js";
import type { LoadStatements } from "./load-statements.js";
import { mssqlStatements } from "./mssql-statements.js";
import { sqliteStatements } from "./sqlite-statements.js";

/** A migrated database: what `openSqlite` and `openMssql` of `@lmnh/plant-schema` return. */
export interface KyselyPlantStoreOptions extends DatabaseDialect {
  readonly db: Kysely<PlantDatabase>;
  /** Tries again, whole, what a deadlock, a lost connection or the like has ended. Nothing is tried again without it. */
  readonly retry?: RetryOptions;
}

/**
 * Loads into SQLite or SQL Server; in the latter a batch is one round trip, whatever its size.
 *
 * Its errors are PlantEtlError `ROW_REFUSED`, and those of `@lmnh/plant-schema` and the driver; the transaction is then
 * rolled back whole.
 */
export function kyselyPlantStore(options: KyselyPlantStoreOptions): PlantStore {
  const { db, dialect, schema, retry } = options;
  const statements: LoadStatements = dialect === "sqlite" ? sqliteStatements : mssqlStatements(schema);
  const retrying = <Result>(work: (attempt: number) => Promise<Result>) =>
    retry === undefined ? work(1) : retryWhole(work, retry);
  const totals = new Map<string, Loaded>();

  const write = async (batch: Batch, run: RunStart, outcome: Outcome): Promise<Written> => {
    const rows = await writeTogether<WrittenRow>(
      options,
      [
        // Readings refer to plants, plants to everything else.
        ...(batch.plants.length > 0
          ? referenceStatements(options, { ...noReferenceData, plants: batch.plants })
          : []),
        ...statements.insertReadings(batch, run),
        ...statements.recordNotices(batch),
        ...statements.recordRejections(batch, run),
      ],
      outcome,
      // Only the readings' rows by now: others return none.
      (inserted) => (inserted.length < batch.readings.length ? statements.recordConflicts(batch, run) : []),
    );
    const inserted = rows.filter((row) => "quality_flag" in row);
    return {
      loaded: inserted.length,
      flagged: inserted.filter((row) => row.quality_flag !== 0).length,
      conflicts: rows.reduce((sum, row) => sum + ("conflicts" in row ? row.conflicts : 0), 0),
    };
  };

  /** After a try whose answer was lost: what it has written counts for this run, and as no duplicate. */
  const countAnew = async (run: RunStart, before: Loaded): Promise<Loaded> => {
    const { rows } = await executeStatement<Loaded>(db, statements.countLoaded(run));
    const { loaded = 0, flagged = 0 } = rows[0] ?? {};
    return { loaded: loaded - before.loaded, flagged: flagged - before.flagged };
  };

  const explainRefusal = async (cause: unknown, batch: Batch, run: RunStart): Promise<unknown> => {
    const accepts = async (beginning: Batch) => {
      try {
        await write(beginning, run, "rollback");
        return true;
      } catch (error) {
        if (isRefused(error)) return false;
        throw error;
      }
    };
    // Where the search cannot be done, the first error is the one to tell.
    const row = await findRefusedRow(batch, accepts).catch(() => null);
    return row === null ? cause : rowRefused(row, cause);
  };

  return {
    beginRun: (run) =>
      retrying(async () => {
        await executeStatement(db, statements.beginRun(run));
      }),

    async load(batch, run): Promise<LoadCounts> {
      const before = totals.get(run.runId) ?? { loaded: 0, flagged: 0 };
      try {
        const { loaded, flagged, conflicts } = await retrying(async (attempt) => {
          const written = await write(batch, run, "commit");
          return attempt === 1 ? written : { ...written, ...(await countAnew(run, before)) };
        });
        totals.set(run.runId, { loaded: before.loaded + loaded, flagged: before.flagged + flagged });
        return { loaded, duplicates: batch.readings.length - loaded - conflicts, conflicts, flagged };
      } catch (error) {
        throw isRefused(error) ? await explainRefusal(error, batch, run) : error;
      }
    },

    async finishRun(report) {
      await retrying(() => executeStatement(db, statements.finishRun(report)));
      totals.delete(report.runId);
    },

    async failRun(run, failedAt) {
      await retrying(() => executeStatement(db, statements.failRun(run, failedAt)));
      totals.delete(run.runId);
    },
  };
}

type WrittenRow = Pick<PlantReadingTable, "quality_flag"> | Pick<LoadCounts, "conflicts">;
type Written = Pick<LoadCounts, "loaded" | "flagged" | "conflicts">;
type Loaded = Pick<LoadCounts, "loaded" | "flagged">;

const noReferenceData = { botanists: [], countries: [], cities: [], origins: [] };

function rowRefused(row: string, cause: unknown): PlantEtlError {
  const reason = cause instanceof Error ? cause.message.replace(/\s+/g, " ").trim() : String(cause);
  return new PlantEtlError(
    "ROW_REFUSED",
    "abort",
    `The database refuses ${row}, and nothing of its batch was loaded. ${reason}`,
    { cause },
  );
}
