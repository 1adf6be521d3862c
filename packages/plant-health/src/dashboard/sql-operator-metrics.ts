import { type HealthDatabase, instant, reading, toMs, toMsOrNull } from "../store/health-database.js";
import { countUnarchivedReadings } from "./count-unarchived-readings.js";
import type { OperatorMetrics } from "./open-metrics.js";

/** The columns of `etl_run` that add up to the plants requested, by the outcome in the metric. */
const outcomes = {
  loaded: "loaded",
  duplicate: "duplicates",
  conflict: "conflicts",
  not_found: "not_found",
  on_loan: "on_loan",
  sensor_fault: "sensor_fault",
  rejected: "rejected",
  failed: "failed",
} as const;

type Outcome = keyof typeof outcomes;
type Totals = Readonly<Record<Outcome, number>>;

const outcomeNames = Object.keys(outcomes) as Outcome[];
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A run that is older does not change any more: one that runs for 25 hours is given up. */
const settledAfterMs = 26 * hourMs;
/** One statement reads the runs of at most 30 days: 43,200 with a pull every minute. */
const stepMs = 30 * dayMs;

/** A sum over the runs that were deleted from the run log, and those in it that do not change any more. */
interface Settled {
  /** The time of the call that computed it, milliseconds since the epoch. */
  readonly atMs: number;
  /** Runs that started before are included; `null` stands for the beginning of the log. */
  readonly untilMs: number | null;
  readonly totals: Totals;
  /** The part of the deleted runs, until it is certain that no other one was deleted meanwhile; `null` then. */
  readonly unconfirmed: Totals | null;
}

/**
 * Loads what operators watch from the run log, the outbox and the readings. The function that is returned sums up the entire
 * run log when it is called first and after a day without a call, and adds what is new in other calls. If its signal ends a
 * call, the next one continues.
 *
 * @throws the errors of the database; the signal's reason
 */
export function sqlOperatorMetrics(
  database: HealthDatabase,
): (nowMs: number, signal?: AbortSignal) => Promise<Omit<OperatorMetrics, "build">> {
  let settled: Settled | null = null;

  const sumAnswers = async (nowMs: number, signal: AbortSignal | undefined): Promise<Totals> => {
    const settledMs = nowMs - settledAfterMs;
    // After a day without a call, runs may have been deleted that it does not include. A copy, because two calls can run at once.
    let sum: Settled | null = settled !== null && nowMs - settled.atMs > dayMs ? null : settled;
    for (;;) {
      signal?.throwIfAborted();
      sum ??= beginningWith(await totalsOfDeletedRuns(database), nowMs);
      const sinceMs = await firstRunMs(database, sum.untilMs, settledMs);
      if (sinceMs !== null) {
        const untilMs = Math.min(sinceMs + stepMs, settledMs);
        sum = { ...sum, untilMs, totals: add(sum.totals, await totalsOfRuns(database, sinceMs, untilMs)) };
      } else if (sum.unconfirmed === null) break;
      else {
        const deleted = await totalsOfDeletedRuns(database);
        sum = isSame(deleted, sum.unconfirmed)
          ? { ...sum, unconfirmed: null }
          : beginningWith(deleted, nowMs);
      }
      settled = sum;
    }
    settled = { ...sum, atMs: nowMs };
    return add(sum.totals, await totalsOfRuns(database, Math.max(sum.untilMs ?? settledMs, settledMs), null));
  };

  return async (nowMs, signal) => {
    const runAnswers = await sumAnswers(nowMs, signal);
    signal?.throwIfAborted();
    const runDurationSeconds = await lastRunSeconds(database);
    return {
      readingsLoaded: runAnswers.loaded,
      runAnswers,
      ...(runDurationSeconds !== null && { runDurationSeconds }),
      deliveries: await countDeliveries(database),
      unarchivedReadings: await countUnarchivedReadings(database),
    };
  };
}

const beginningWith = (deleted: Totals, atMs: number): Settled => ({
  atMs,
  untilMs: null,
  totals: deleted,
  unconfirmed: deleted,
});

/** The first start in `[sinceMs, untilMs)`. */
async function firstRunMs(
  database: HealthDatabase,
  sinceMs: number | null,
  untilMs: number,
): Promise<number | null> {
  const { first } = await reading(database, (db) =>
    db
      .selectFrom("etl_run")
      .select(({ fn }) => fn.min("started_at").as("first"))
      .where("started_at", "<", instant(database, untilMs))
      .$if(sinceMs !== null, (query) => query.where("started_at", ">=", instant(database, sinceMs ?? 0)))
      .executeTakeFirstOrThrow(),
  );
  return toMsOrNull(first);
}

/** Of the runs that started in `[sinceMs, untilMs)`. */
async function totalsOfRuns(
  database: HealthDatabase,
  sinceMs: number,
  untilMs: number | null,
): Promise<Totals> {
  const sums = await reading(database, (db) =>
    db
      .selectFrom("etl_run")
      .select(({ fn, cast }) =>
        // A sum of INT overflows on SQL Server.
        outcomeNames.map((outcome) => fn.sum(cast(outcomes[outcome], "bigint")).as(outcome)),
      )
      .where("started_at", ">=", instant(database, sinceMs))
      .$if(untilMs !== null, (query) => query.where("started_at", "<", instant(database, untilMs ?? 0)))
      .executeTakeFirstOrThrow(),
  );
  // Of no run, a sum is null. A BIGINT of SQL Server is text.
  return mapOutcomes((outcome) => Number(sums[outcome] ?? 0));
}

/** Of the runs that were deleted from the run log. */
async function totalsOfDeletedRuns(database: HealthDatabase): Promise<Totals> {
  const row = await reading(database, (db) =>
    db.selectFrom("pruned_run_total").select(Object.values(outcomes)).executeTakeFirst(),
  );
  return mapOutcomes((outcome) => Number(row?.[outcomes[outcome]] ?? 0));
}

async function lastRunSeconds(database: HealthDatabase): Promise<number | null> {
  const run = await reading(database, (db) =>
    db
      .selectFrom("etl_run")
      .select(["started_at", "finished_at"])
      .where("finished_at", "is not", null)
      .orderBy("started_at", "desc")
      .$call((query) => (database.dialect === "mssql" ? query.top(1) : query.limit(1)))
      .executeTakeFirst(),
  );
  return run === undefined || run.finished_at === null
    ? null
    : Math.max(0, toMs(run.finished_at) - toMs(run.started_at)) / 1_000;
}

async function countDeliveries(
  database: HealthDatabase,
): Promise<NonNullable<OperatorMetrics["deliveries"]>> {
  const rows = await reading(database, (db) =>
    db
      .selectFrom("alert_delivery")
      .select(({ fn }) => [
        "notifier",
        fn.countAll().as("all"),
        fn.count("delivered_at").as("delivered"),
        fn.count("due_at").as("pending"),
      ])
      .groupBy("notifier")
      .orderBy("notifier")
      .execute(),
  );
  return rows.flatMap(({ notifier, all, delivered, pending }) => [
    { notifier, outcome: "delivered", count: Number(delivered) },
    { notifier, outcome: "pending", count: Number(pending) },
    { notifier, outcome: "given_up", count: Number(all) - Number(delivered) - Number(pending) },
  ]);
}

function add(one: Totals, other: Totals): Totals {
  return mapOutcomes((outcome) => one[outcome] + other[outcome]);
}

function isSame(one: Totals, other: Totals): boolean {
  return outcomeNames.every((outcome) => one[outcome] === other[outcome]);
}

function mapOutcomes(countOf: (outcome: Outcome) => number): Totals {
  return Object.fromEntries(outcomeNames.map((outcome) => [outcome, countOf(outcome)])) as Totals;
}
