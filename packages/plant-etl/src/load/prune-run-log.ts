import { type Dialect, type PlantDatabase, type RetryOptions, retryTransaction } from "@lmnh/plant-schema";
import { executeStatement, quoteSchema, type Statement } from "@lmnh/plant-schema/internal/sql";
import { formatTimestamp } from "../transform/parse-timestamp.js";

/** The database, and which runs of its log are old enough to be deleted. */
export interface PruneRunLogOptions extends Pick<PlantDatabase, "db" | "dialect" | "schema"> {
  /** Runs that started at least this long ago are deleted, milliseconds; by whole UTC days. */
  readonly retentionMs: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Retries a batch after transient errors such as a deadlock. No retries by default. */
  readonly retry?: RetryOptions | undefined;
  /** Ends it after the current batch. */
  readonly signal?: AbortSignal | undefined;
}

const dayMs = 24 * 3_600_000;
/** Rows of some 550 bytes: a batch holds the write lock for milliseconds. */
const runsPerBatch = 500;
/** A backlog of a year is deleted by the next fifty calls. */
const batchesPerCall = 20;

/**
 * Deletes the oldest runs from the run log, in batches of 500, each in a transaction of its own, and at most 10,000. Two
 * calls at once are safe. Returns the number of runs deleted.
 *
 * @throws the errors of the database; earlier batches stay deleted
 */
export async function pruneRunLog(options: PruneRunLogOptions): Promise<number> {
  const { db, dialect, schema, retentionMs, nowMs, retry, signal } = options;
  const before = formatTimestamp(Math.floor((nowMs - retentionMs) / dayMs) * dayMs);
  const statement = deleteRuns[dialect](before, schema);
  const run = () => executeStatement(db, statement);
  let deleted = 0;
  for (let batch = 1; batch <= batchesPerCall && !signal?.aborted; batch++) {
    const { numAffectedRows = 0n } = await (retry === undefined ? run() : retryTransaction(run, retry));
    deleted += Number(numAffectedRows);
    if (numAffectedRows < runsPerBatch) break;
  }
  return deleted;
}

/** The SQL, as text, so that it can be tested without a database. */
export const deleteRuns: Readonly<Record<Dialect, (before: string, schema: string | null) => Statement>> = {
  sqlite: (before) => ({
    sql: `
DELETE FROM etl_run
WHERE run_id IN (SELECT run_id FROM etl_run WHERE started_at < ? ORDER BY started_at LIMIT ${runsPerBatch})`,
    parameters: [before],
  }),
  // READPAST, because each shard of a pull deletes: one skips the rows that another one is deleting.
  mssql: (before, schema) => ({
    sql: `
DELETE TOP (${runsPerBatch}) FROM ${quoteSchema(schema)}.[etl_run] WITH (READPAST)
WHERE started_at < CONVERT(DATETIME2(3), @1, 127)`,
    parameters: [before],
  }),
};
