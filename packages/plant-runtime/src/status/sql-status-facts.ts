import type { PlantDatabase, PlantTables } from "@lmnh/plant-schema";
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import { dayMs, hourMs } from "../durations.js";
import type {
  AlertFacts,
  CatalogFacts,
  PlantFacts,
  ReadingFacts,
  RejectionFacts,
  RunFacts,
  RunRecord,
} from "./status-facts.js";
import { futureToleranceMs, maxListed } from "./status-limits.js";

type Database = Pick<PlantDatabase, "db" | "dialect" | "schema">;

const maxCounted = 1_000;
const maxComparedQuarantined = 20;
const maxCountedRejections = 10_000;
const newestRuns = 20;

/** A file of the catalog as the store should have it. */
export interface CatalogFile {
  readonly key: string;
  readonly bytes: number;
  /** Whether its readings have left the database. */
  readonly isPruned: boolean;
}

/** The statements of a status, each of which reads little and finds it by an index. The database is migrated. */
export interface StatusStatements {
  runs(nowMs: number): Promise<RunFacts>;
  /** @param loadedSinceMs only readings that were loaded since then, or in the last hour, count as readings in the future */
  readings(nowMs: number, loadedSinceMs: number): Promise<ReadingFacts>;
  /** @param silentSinceMs a plant with a later reading is not listed */
  plants(nowMs: number, silentSinceMs: number): Promise<PlantFacts>;
  rejections(nowMs: number): Promise<RejectionFacts>;
  alerts(nowMs: number): Promise<AlertFacts>;
  catalog(): Promise<CatalogFacts>;
  /** The newest files that are verified or pruned. */
  newestFiles(limit: number): Promise<readonly CatalogFile[]>;
  /** Of SQL Server; `null` for SQLite, whose size is that of its file, and if the login may not read it. */
  bytes(): Promise<number | null>;
}

export function sqlStatusStatements(database: Database): StatusStatements {
  const { dialect } = database;
  const db: Kysely<PlantTables> =
    database.schema === null ? database.db : database.db.withSchema(database.schema);
  const at = (ms: number) => instants[dialect](new Date(ms).toISOString());
  const first =
    (count: number) =>
    <Tables, Table extends keyof Tables, Row>(query: SelectQueryBuilder<Tables, Table, Row>) =>
      dialect === "mssql" ? query.top(count) : query.limit(count);
  const runColumns = [
    "run_id",
    "started_at",
    "finished_at",
    "state",
    "outcome",
    "reason",
    "requested",
    "loaded",
    "not_found",
    "on_loan",
    "rejected",
    "failed",
  ] as const;

  return {
    async runs(nowMs) {
      const newest = await db
        .selectFrom("etl_run")
        .select(runColumns)
        .where("started_at", "<=", at(nowMs + futureToleranceMs))
        .orderBy("started_at", "desc")
        .$call(first(newestRuns))
        .execute();
      const { future } = await db
        .selectFrom("etl_run")
        .select(({ fn }) => fn.max("started_at").as("future"))
        .where("started_at", ">", at(nowMs + futureToleranceMs))
        .executeTakeFirstOrThrow();
      const ok = await db
        .selectFrom("etl_run")
        .select(runColumns)
        .where("state", "=", "complete")
        .where("outcome", "=", "ok")
        .where("started_at", "<=", at(nowMs + futureToleranceMs))
        .orderBy("started_at", "desc")
        .$call(first(1))
        .executeTakeFirst();
      // By state, so that each is found by the index; most runs are complete and `ok`, so that only a day of them is read.
      const notOk = [];
      for (const [state, sinceMs] of [
        ["failed", 0],
        ["incomplete", 0],
        ["complete", nowMs - dayMs],
      ] as const)
        notOk.push(
          ...(await db
            .selectFrom("etl_run")
            .select([...runColumns, "report"])
            .where("state", "=", state)
            .where("outcome", "<>", "ok")
            .where("started_at", ">=", at(sinceMs))
            .where("started_at", "<=", at(nowMs + futureToleranceMs))
            .orderBy("started_at", "desc")
            .$call(first(1))
            .execute()),
        );
      const [lastNotOk] = notOk.sort((a, b) => (toMs(b.started_at) ?? 0) - (toMs(a.started_at) ?? 0));
      const { first_run: firstRun } = await db
        .selectFrom("etl_run")
        .select(({ fn }) => fn.min("started_at").as("first_run"))
        .executeTakeFirstOrThrow();
      const day = await db
        .selectFrom("etl_run")
        .select(({ fn, cast }) => [
          fn.countAll().as("runs"),
          // A sum of INT overflows on SQL Server.
          fn.sum(cast("loaded", "bigint")).as("loaded"),
          fn.sum(cast("flagged", "bigint")).as("flagged"),
        ])
        .where("started_at", ">=", at(nowMs - dayMs))
        .executeTakeFirstOrThrow();
      return {
        newest: newest.map(toRun),
        futureMs: toMs(future),
        lastOk: ok === undefined ? null : toRun(ok),
        lastNotOk: lastNotOk === undefined ? null : toRun(lastNotOk),
        failure: firstFailure(lastNotOk?.report ?? null),
        firstMs: toMs(firstRun),
        day: {
          runs: Number(day.runs),
          loaded: Number(day.loaded ?? 0),
          flagged: Number(day.flagged ?? 0),
        },
      };
    },

    async readings(nowMs, loadedSinceMs) {
      const { newest } = await db
        .selectFrom("plant_reading")
        .select(({ fn }) => fn.max("recording_taken").as("newest"))
        .where("recording_taken", "<=", at(nowMs + futureToleranceMs))
        .executeTakeFirstOrThrow();
      const future = await db
        .selectFrom((from) =>
          from
            .selectFrom("plant_reading")
            .select("recording_taken")
            .where("recording_taken", ">", at(nowMs + futureToleranceMs))
            .where("ingested_at", ">=", at(Math.max(loadedSinceMs, nowMs - hourMs)))
            .$call(first(maxCounted))
            .as("later"),
        )
        .select(({ fn }) => [fn.countAll().as("readings"), fn.max("recording_taken").as("newest")])
        .executeTakeFirstOrThrow();
      return {
        newestMs: toMs(newest),
        future: Number(future.readings),
        newestFutureMs: toMs(future.newest),
      };
    },

    async plants(nowMs, silentSinceMs) {
      const { known } = await db
        .selectFrom("plant")
        .select(({ fn }) => fn.countAll().as("known"))
        .executeTakeFirstOrThrow();
      const quiet = await db
        .selectFrom("plant")
        .select((outer) => [
          "plant.plant_id",
          outer
            .selectFrom("botanist")
            .select("botanist.name")
            .whereRef("botanist.botanist_id", "=", "plant.botanist_id")
            .as("botanist"),
          outer
            .selectFrom("plant_reading")
            .select(({ fn }) => fn.max("recording_taken").as("last"))
            .whereRef("plant_reading.plant_id", "=", "plant.plant_id")
            .where("recording_taken", "<=", at(nowMs + futureToleranceMs))
            .as("last"),
        ])
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("plant_reading")
                .select("plant_reading.plant_id")
                .whereRef("plant_reading.plant_id", "=", "plant.plant_id")
                .where("recording_taken", ">=", at(silentSinceMs))
                .where("recording_taken", "<=", at(nowMs + futureToleranceMs)),
            ),
          ),
        )
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("plant_notice")
                .select("plant_notice.plant_id")
                .whereRef("plant_notice.plant_id", "=", "plant.plant_id")
                .where("kind", "in", ["on_loan", "not_found"])
                .where("last_noticed", ">=", at(silentSinceMs)),
            ),
          ),
        )
        // A plant of the reference data that no response has described may not be one that is pulled.
        .where(({ or, eb, exists, selectFrom }) =>
          or([
            eb("observed_at", ">", at(0)),
            exists(
              selectFrom("plant_reading")
                .select("plant_reading.plant_id")
                .whereRef("plant_reading.plant_id", "=", "plant.plant_id"),
            ),
          ]),
        )
        .orderBy("plant.plant_id")
        .$call(first(maxListed))
        .execute();
      return {
        known: Number(known),
        quiet: quiet.map(({ plant_id, last, botanist }) => ({
          plantId: plant_id,
          lastReadingMs: toMs(last),
          botanist: botanist || null,
        })),
      };
    },

    async rejections(nowMs) {
      const rows = await db
        .selectFrom((from) =>
          from
            .selectFrom("plant_rejection")
            .select(["plant_id", "reading_rejected", "received_at"])
            .where("resolved_at", "is", null)
            .orderBy("received_at", "desc")
            .$call(first(maxCountedRejections))
            .as("open_rejection"),
        )
        .select(({ fn, cast }) => [
          "plant_id",
          fn.countAll().as("all"),
          fn.sum(cast("reading_rejected", "integer")).as("readings"),
          sql<number>`sum(case when received_at >= ${at(nowMs - dayMs)} then 1 else 0 end)`.as("of_day"),
          sql<string | Date | null>`max(case when reading_rejected = 1 then received_at end)`.as("newest"),
        ])
        .groupBy("plant_id")
        .orderBy("all", "desc")
        .orderBy("plant_id")
        .$call(first(maxListed))
        .execute();
      return {
        byPlant: rows.map(({ plant_id, all, readings, of_day, newest }) => ({
          plantId: plant_id,
          readings: Number(readings ?? 0),
          details: Number(all) - Number(readings ?? 0),
          ofDay: Number(of_day),
          newestReadingMs: toMs(newest),
        })),
      };
    },

    async alerts(nowMs) {
      const firing = await db
        .selectFrom("plant_alert")
        .select(({ fn }) => ["rule_name", fn.countAll().as("alerts")])
        .where("resolved_at", "is", null)
        .groupBy("rule_name")
        .orderBy("rule_name")
        .execute();
      const { plants } = await db
        .selectFrom("plant_alert")
        .select(({ fn }) => fn.count("plant_id").distinct().as("plants"))
        .where("resolved_at", "is", null)
        .executeTakeFirstOrThrow();
      const delivered = await db
        .selectFrom("alert_delivery")
        .select(["notifier", "delivered_at"])
        .where("delivered_at", "is not", null)
        .orderBy("delivered_at", "desc")
        .$call(first(1))
        .executeTakeFirst();
      const waiting = await db
        .selectFrom("alert_delivery")
        .select(({ fn }) => [
          fn.countAll().as("deliveries"),
          sql<number | null>`sum(case when attempts > 0 then 1 else 0 end)`.as("failing"),
          sql<string | Date | null>`min(case when attempts = 0 then due_at end)`.as("since"),
        ])
        .where("due_at", "is not", null)
        .where("due_at", "<=", at(nowMs + hourMs))
        .executeTakeFirstOrThrow();
      const lost = db
        .selectFrom("alert_delivery")
        .where("delivered_at", "is", null)
        .where("attempts", ">", 0)
        .where(({ or, eb }) => or([eb("due_at", "is not", null), eb("created_at", ">=", at(nowMs - dayMs))]));
      const { given_up: givenUp } = await lost
        .select(({ fn }) => fn.countAll().as("given_up"))
        .where("due_at", "is", null)
        .executeTakeFirstOrThrow();
      const failure = await lost
        .select(["notifier", "reason"])
        .orderBy("created_at", "desc")
        .$call(first(1))
        .executeTakeFirst();
      const lastMs = toMs(delivered?.delivered_at ?? null);
      const failing = Number(waiting.failing ?? 0);
      return {
        firing: firing.map(({ rule_name, alerts }) => ({ rule: rule_name, alerts: Number(alerts) })),
        plants: Number(plants),
        lastDelivery:
          delivered === undefined || lastMs === null
            ? null
            : { notifier: delivered.notifier, deliveredMs: lastMs },
        failing,
        givenUp: Number(givenUp),
        failure: failure ?? null,
        waiting: Number(waiting.deliveries) - failing,
        waitingSinceMs: toMs(waiting.since),
      };
    },

    async catalog() {
      const states = await db
        .selectFrom("archive_file")
        .select(({ fn, cast }) => [
          "state",
          fn.countAll().as("files"),
          fn.sum(cast("row_count", "bigint")).as("rows"),
          fn.sum(cast("byte_count", "bigint")).as("bytes"),
          // As a text of variable length: it is NCHAR on SQL Server.
          fn.max(cast<string>("partition_hour", "varchar(13)")).as("last_hour"),
        ])
        .groupBy("state")
        .execute();
      const metadata = await db.selectFrom("archive_metadata").select("verified_at").executeTakeFirst();
      const { readings } = await db
        .selectFrom("plant_reading")
        .select(({ fn }) => fn.countAll().as("readings"))
        .executeTakeFirstOrThrow();
      const of = (...names: string[]) => states.filter(({ state }) => names.includes(state));
      const sum = (rows: typeof states, key: "files" | "rows" | "bytes") =>
        rows.reduce((total, row) => total + Number(row[key] ?? 0), 0);
      const archived = of("verified", "pruned");
      const lastHour =
        archived
          .map(({ last_hour }) => last_hour)
          .sort()
          .at(-1) ?? null;
      const { oldest } = await db
        .selectFrom("plant_reading")
        .select(({ fn }) => fn.min("recording_taken").as("oldest"))
        .$if(lastHour !== null, (query) => query.where("recording_taken", ">=", at(endOfHour(lastHour))))
        .executeTakeFirstOrThrow();
      const quarantined = await db
        .selectFrom("archive_file")
        .select(["partition_hour", "after_id", "through_id"])
        .where("state", "=", "quarantined")
        .orderBy("partition_hour", "desc")
        .$call(first(maxComparedQuarantined))
        .execute();
      let quarantinedUnarchived = 0;
      for (const { partition_hour: hour, after_id, through_id } of quarantined) {
        const reading = await db
          .selectFrom("plant_reading")
          .select("plant_reading_id")
          .where("recording_taken", ">=", at(endOfHour(hour) - hourMs))
          .where("recording_taken", "<", at(endOfHour(hour)))
          .where("plant_reading_id", ">", after_id)
          .where("plant_reading_id", "<=", through_id)
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom("archive_file")
                  .select("archive_file_id")
                  .where("state", "=", "verified")
                  .where("partition_hour", "=", hour)
                  .whereRef("after_id", "<", "plant_reading.plant_reading_id")
                  .whereRef("through_id", ">=", "plant_reading.plant_reading_id"),
              ),
            ),
          )
          .$call(first(1))
          .executeTakeFirst();
        if (reading !== undefined) quarantinedUnarchived += 1;
      }
      return {
        files: sum(archived, "files"),
        rows: sum(archived, "rows"),
        bytes: sum(archived, "bytes"),
        claimed: sum(of("claimed"), "files"),
        quarantined: sum(of("quarantined"), "files"),
        quarantinedUnarchived,
        lastHour,
        unarchived: Math.max(0, Number(readings) - sum(of("claimed", "verified"), "rows")),
        oldestUnarchivedMs: toMs(oldest),
        verifiedMs: toMs(metadata?.verified_at ?? null),
      };
    },

    async newestFiles(limit) {
      // By state, so that each is found by the index; the newer ones of both are the newest.
      const files = [];
      for (const state of ["verified", "pruned"])
        files.push(
          ...(await db
            .selectFrom("archive_file")
            .select(["object_key", "byte_count", "state", "partition_hour"])
            .where("state", "=", state)
            .orderBy("partition_hour", "desc")
            .$call(first(limit))
            .execute()),
        );
      return files
        .sort((a, b) => (a.partition_hour < b.partition_hour ? 1 : -1))
        .slice(0, limit)
        .flatMap(({ object_key, byte_count, state }) =>
          byte_count === null
            ? []
            : [{ key: object_key, bytes: Number(byte_count), isPruned: state === "pruned" }],
        );
    },

    async bytes() {
      if (dialect !== "mssql") return null;
      const { rows } = await sql<{ bytes: string | number | null }>`
SELECT SUM(CAST(size AS BIGINT)) * 8192 AS bytes FROM sys.database_files`.execute(db);
      const bytes = rows[0]?.bytes ?? null;
      return bytes === null ? null : Number(bytes);
    },
  };
}

const instants: Readonly<Record<PlantDatabase["dialect"], (text: string) => RawBuilder<string>>> = {
  sqlite: (text) => sql<string>`${text}`,
  mssql: (text) => sql<string>`CONVERT(DATETIME2(3), ${text}, 127)`,
};

/** A time of SQLite (text) or SQL Server (`Date`). */
function toMs(value: string | Date | null): number | null {
  if (value === null) return null;
  const ms = value instanceof Date ? value.getTime() : Date.parse(value);
  return Number.isNaN(ms) ? null : ms;
}

function endOfHour(hour: string | null): number {
  return hour === null ? 0 : Date.parse(`${hour}:00:00.000Z`) + hourMs;
}

interface RunRow {
  readonly run_id: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly state: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly requested: number | null;
  readonly loaded: number | null;
  readonly not_found: number | null;
  readonly on_loan: number | null;
  readonly rejected: number | null;
  readonly failed: number | null;
}

function toRun(row: RunRow): RunRecord {
  return {
    runId: row.run_id,
    startedMs: toMs(row.started_at) ?? 0,
    finishedMs: toMs(row.finished_at),
    state: row.state,
    outcome: row.outcome,
    reason: row.reason,
    requested: row.requested ?? 0,
    loaded: row.loaded ?? 0,
    absent: (row.not_found ?? 0) + (row.on_loan ?? 0),
    rejected: row.rejected ?? 0,
    failed: row.failed ?? 0,
  };
}

/** Code and message of the first failure of a report. */
function firstFailure(report: string | null): string | null {
  if (report === null) return null;
  try {
    const { failures } = JSON.parse(report) as {
      readonly failures?: readonly { readonly code?: unknown; readonly message?: unknown }[];
    };
    const [failure] = failures ?? [];
    return failure === undefined ? null : `${failure.code}: ${failure.message}`.slice(0, 200);
  } catch {
    return null;
  }
}
