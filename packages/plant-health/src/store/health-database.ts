import {
  type PlantDatabase,
  type PlantTables,
  type RetryOptions,
  retryTransaction,
} from "@lmnh/plant-schema";
import { inWriteTransaction } from "@lmnh/plant-schema/internal/sql";
import { type Kysely, type RawBuilder, sql } from "kysely";

/** A migrated database: what `openSqlite` and `openMssql` of `@lmnh/plant-schema` return. */
export interface HealthDatabase extends Pick<PlantDatabase, "db" | "dialect" | "schema"> {
  /** Retries transactions and reads after transient errors. No retries by default. */
  readonly retry?: RetryOptions | undefined;
}

/** Runs a read, and retries it after a transient error. */
export async function reading<Result>(
  { db, schema, retry }: HealthDatabase,
  work: (db: Kysely<PlantTables>) => Promise<Result>,
): Promise<Result> {
  const run = () => work(inSchema(db, schema));
  return retry === undefined ? await run() : await retryTransaction(run, retry);
}

/** Runs a write transaction, alone among the writers, and retries it after a transient error. */
export async function writing<Result>(
  database: HealthDatabase,
  work: (transaction: Kysely<PlantTables>) => Promise<Result>,
): Promise<Result> {
  const { schema, retry } = database;
  const run = () => inWriteTransaction(database, (transaction) => work(inSchema(transaction, schema)));
  return retry === undefined ? await run() : await retryTransaction(run, retry);
}

/** A time as a parameter. The driver of SQL Server rounds a `Date`, so it is text that the server converts. */
export function instant({ dialect }: Pick<HealthDatabase, "dialect">, ms: number): RawBuilder<string> {
  return instants[dialect](new Date(ms).toISOString());
}

/** A nullable time as a parameter. */
export function instantOrNull(
  database: Pick<HealthDatabase, "dialect">,
  ms: number | null,
): RawBuilder<string> | null {
  return ms === null ? null : instant(database, ms);
}

const instants: Readonly<Record<PlantDatabase["dialect"], (text: string) => RawBuilder<string>>> = {
  sqlite: (text) => sql<string>`${text}`,
  mssql: (text) => sql<string>`CONVERT(DATETIME2(3), ${text}, 127)`,
};

/** A time of SQLite (text) or SQL Server (`Date`) in milliseconds since the epoch; NaN for other text. */
export function toMs(value: string | Date): number {
  return value instanceof Date ? value.getTime() : Date.parse(value);
}

export function toMsOrNull(value: string | Date | null): number | null {
  return value === null ? null : toMs(value);
}

function inSchema(db: Kysely<PlantTables>, schema: string | null): Kysely<PlantTables> {
  return schema === null ? db : db.withSchema(schema);
}
