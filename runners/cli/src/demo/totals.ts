import type { Report } from "@lmnh/plant-etl";
import type { PlantDatabase, PlantTables } from "@lmnh/plant-schema";
import { type Kysely, sql } from "kysely";

/** The totals of several runs, from their reports or from the database. */
export interface Totals {
  readonly runs: number;
  readonly requested: number;
  readonly readings: number;
  readonly flagged: number;
  readonly notFound: number;
  readonly onLoan: number;
  readonly sensorFault: number;
  readonly rejected: number;
}

export function sumReports(reports: readonly Report[]): Totals {
  const sum = (of: (report: Report) => number) => reports.reduce((total, report) => total + of(report), 0);
  return {
    runs: reports.length,
    requested: sum(({ requested }) => requested),
    readings: sum(({ loaded }) => loaded),
    flagged: sum(({ flagged }) => flagged),
    notFound: sum(({ notices }) => notices.notFound),
    onLoan: sum(({ notices }) => notices.onLoan),
    sensorFault: sum(({ notices }) => notices.sensorFault),
    rejected: sum(({ rejected }) => rejected),
  };
}

/** Readings and flags are counted in their table, the rest in the run log: `plant_notice` has one row a day. */
export async function countTotals({ db }: Pick<PlantDatabase, "db">): Promise<Totals> {
  const [totals] = await query<Totals>(
    db,
    sql`
SELECT (SELECT count(*) FROM plant_reading) AS readings,
       (SELECT count(*) FROM plant_reading WHERE quality_flag <> 0) AS flagged,
       count(*) AS runs, coalesce(sum(requested), 0) AS requested, coalesce(sum(not_found), 0) AS "notFound",
       coalesce(sum(on_loan), 0) AS "onLoan", coalesce(sum(sensor_fault), 0) AS "sensorFault",
       coalesce(sum(rejected), 0) AS rejected
FROM etl_run WHERE finished_at IS NOT NULL`,
  );
  if (totals === undefined) throw new Error("a count without a row");
  return totals;
}

/** Names of the totals that differ. */
export function compareTotals(left: Totals, right: Totals): string[] {
  return (Object.keys(left) as (keyof Totals)[]).filter((key) => left[key] !== right[key]);
}

export async function query<Row>(
  db: Kysely<PlantTables>,
  statement: ReturnType<typeof sql<Row>>,
): Promise<Row[]> {
  return (await statement.execute(db)).rows;
}
