import {
  type Dialect,
  isConstraintViolation,
  type PlantDatabase,
  type PlantReadingTable,
  type RetryOptions,
  retryTransaction,
} from "@lmnh/plant-schema";
import { reasonOf } from "@lmnh/plant-schema/internal";
import {
  executeBatch,
  executeStatement,
  type Outcome,
  referenceStatements,
} from "@lmnh/plant-schema/internal/sql";
import type { Batch, Reading } from "../batch.js";
import { countGroups, groupByFlag, type ReadingsByFlag } from "../count-flags.js";
import { PlantEtlError } from "../errors.js";
import type { PlantStore } from "../ports.js";
import type { LoadCounts, Report, RunStart } from "../report.js";
import { isTimestamp } from "../transform/is-timestamp.js";
import { formatTimestamp } from "../transform/parse-timestamp.js";
import { createIssue } from "../validation-issue.js";
import { findRejectedRow } from "./find-rejected-row.js";
import type { LoadStatements } from "./load-statements.js";
import { mssqlStatements } from "./mssql-statements.js";
import { sqliteStatements } from "./sqlite-statements.js";

const statementsFor: Readonly<Record<Dialect, (schema: string | null) => LoadStatements>> = {
  sqlite: () => sqliteStatements,
  mssql: mssqlStatements,
};

/** A migrated database, as `openSqlite` and `openMssql` of `@lmnh/plant-schema` return. */
export interface SqlPlantStoreOptions extends Pick<PlantDatabase, "db" | "dialect" | "schema"> {
  /** Retries transactions after transient errors such as a deadlock. No retries by default. */
  readonly retry?: RetryOptions | undefined;
  /**
   * How long a run stays in the run log, milliseconds. The end of a run deletes up to 500 older ones, by whole UTC days, and
   * adds their counts to `pruned_run_total`. By default none is deleted.
   */
  readonly runLogRetentionMs?: number | undefined;
}

/**
 * Loads into SQLite or SQL Server. On SQL Server a batch is one round trip, whatever its size.
 *
 * Errors are PlantEtlError `ROW_REJECTED`, and those of `@lmnh/plant-schema` and the driver. The transaction is rolled back.
 *
 * @example
 * ```ts
 * import { sqlPlantStore } from "@lmnh/plant-etl/sql";
 * import { migrate } from "@lmnh/plant-schema";
 * import { openSqlite } from "@lmnh/plant-schema/sqlite";
 *
 * const database = await openSqlite("sqlite:plants.db");
 * await migrate(database);
 * const store = sqlPlantStore(database);
 * ```
 */
export function sqlPlantStore(options: SqlPlantStoreOptions): PlantStore {
  const { db, dialect, schema, retry, runLogRetentionMs } = options;
  const statements = statementsFor[dialect](schema);
  const retrying = <Result>(work: (attempt: number) => Promise<Result>) =>
    retry === undefined ? work(1) : retryTransaction(work, retry);
  /** What each run in progress has loaded so far. */
  const totals = new Map<string, ReadingsByFlag>();

  const write = async (batch: Batch, run: RunStart, outcome: Outcome): Promise<Written> => {
    const rows = await executeBatch<WrittenRow>(
      options,
      [
        // Readings refer to plants, and plants to reference data.
        ...(batch.plants.length > 0
          ? referenceStatements(options, { ...noReferenceData, plants: batch.plants })
          : []),
        ...statements.insertReadings(batch, run),
        ...statements.recordNotices(batch),
        ...statements.recordRejections(batch, run),
      ],
      outcome,
      // Only the rows of readings so far: the other statements return none.
      (inserted) => (inserted.length < batch.readings.length ? statements.recordConflicts(batch, run) : []),
    );
    return {
      inserted: groupByFlag(rows.flatMap((row) => ("quality_flag" in row ? [row.quality_flag] : []))),
      conflicts: rows.reduce((sum, row) => sum + ("conflicts" in row ? row.conflicts : 0), 0),
    };
  };

  /**
   * After a retry that inserted nothing: rows that a lost commit inserted count as loaded by this run, not as duplicates. An
   * archiver may have deleted earlier rows of the run.
   */
  const recount = async (run: RunStart, before: ReadingsByFlag): Promise<ReadingsByFlag> => {
    const { rows } = await executeStatement<InsertedReadings>(db, statements.countLoaded(run));
    return new Map(
      rows.map(({ quality_flag, readings }) => [
        quality_flag,
        Math.max(0, readings - (before.get(quality_flag) ?? 0)),
      ]),
    );
  };

  const explainRejection = async (cause: unknown, batch: Batch, run: RunStart): Promise<unknown> => {
    const accepts = async (prefix: Batch) => {
      try {
        await write(prefix, run, "rollback");
        return true;
      } catch (error) {
        if (isConstraintViolation(error)) return false;
        throw error;
      }
    };
    // If the search fails, the first error is thrown.
    const row = await findRejectedRow(batch, accepts).catch(() => null);
    return row === null ? cause : rowRejected(row, cause);
  };

  return {
    beginRun: (run) =>
      retrying(async () => {
        for (const statement of statements.beginRun(run)) await executeStatement(db, statement);
      }),

    async load(batch, run): Promise<LoadCounts> {
      for (const reading of batch.readings) checkStoredReading(reading);
      const before: ReadingsByFlag = totals.get(run.runId) ?? new Map();
      try {
        const { inserted, conflicts } = await retrying(async (attempt) => {
          const written = await write(batch, run, "commit");
          return attempt === 1 || written.inserted.size > 0
            ? written
            : { ...written, inserted: await recount(run, before) };
        });
        totals.set(run.runId, addGroups(before, inserted));
        const counts = countGroups(inserted);
        return { ...counts, duplicates: batch.readings.length - counts.loaded - conflicts, conflicts };
      } catch (error) {
        throw isConstraintViolation(error) ? await explainRejection(error, batch, run) : error;
      }
    },

    async finishRun(report) {
      const finish = statements.finishRun(report, deleteBefore(report, runLogRetentionMs));
      totals.delete(report.runId);
      await retrying(() => executeBatch(options, finish));
    },

    async failRun(run, failure) {
      totals.delete(run.runId);
      await retrying(() => executeStatement(db, statements.failRun(run, failure)));
    },
  };
}

type InsertedReading = Pick<PlantReadingTable, "quality_flag">;
type WrittenRow = InsertedReading | Pick<LoadCounts, "conflicts">;

interface Written extends Pick<LoadCounts, "conflicts"> {
  readonly inserted: ReadingsByFlag;
}

/** A row of the statement `countLoaded`. */
interface InsertedReadings extends InsertedReading {
  readonly readings: number;
}

/** The start of a UTC day, so that the runs of one day end together. */
function deleteBefore({ finishedAt }: Report, retentionMs: number | undefined): string | null {
  if (retentionMs === undefined) return null;
  return formatTimestamp(Math.floor((Date.parse(finishedAt) - retentionMs) / dayMs) * dayMs);
}

const dayMs = 24 * 3_600_000;

function addGroups(left: ReadingsByFlag, right: ReadingsByFlag): ReadingsByFlag {
  const sum = new Map(left);
  for (const [qualityFlag, readings] of right) sum.set(qualityFlag, (sum.get(qualityFlag) ?? 0) + readings);
  return sum;
}

const noReferenceData = { botanists: [], countries: [], cities: [], origins: [] };

/** What a column would store and no archive could read; of a transform that TypeScript has not checked. */
function checkStoredReading(reading: Reading): void {
  const { plantId, recordingTaken, soilMoisture, temperature, lastWatered } = reading;
  const refuse = (name: string, value: unknown) => {
    const row = `the reading of plant ${plantId} at ${recordingTaken}`;
    throw rowRejected(row, new TypeError(`${name} is ${createIssue("", "", value).value}`));
  };
  if (!Number.isFinite(soilMoisture)) refuse("soilMoisture", soilMoisture);
  if (!Number.isFinite(temperature)) refuse("temperature", temperature);
  if (lastWatered !== null && !isTimestamp(lastWatered)) refuse("lastWatered", lastWatered);
  if (!isTimestamp(recordingTaken)) refuse("recordingTaken", recordingTaken);
}

function rowRejected(row: string, cause: unknown): PlantEtlError {
  return new PlantEtlError(
    "ROW_REJECTED",
    "abort",
    `The database rejected ${row}; nothing of its batch was loaded. ${reasonOf(cause)}`,
    { cause },
  );
}
