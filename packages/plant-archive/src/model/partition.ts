/** One UTC hour, `YYYY-MM-DDTHH`: what an archive file belongs to. Daylight saving is nothing to it. */
export type Partition = string & { readonly [partitionBrand]: true };
declare const partitionBrand: unique symbol;

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** The hour in which an instant lies; `ms` are milliseconds since the epoch, of the years 0000 to 9999. */
export function partitionOf(ms: number): Partition {
  return new Date(ms).toISOString().slice(0, 13) as Partition;
}

/** Its first instant, milliseconds since the epoch. */
export function partitionStart(partition: Partition): number {
  return Date.parse(`${partition}:00:00.000Z`);
}

/** The first instant after it, milliseconds since the epoch. */
export function partitionEnd(partition: Partition): number {
  return partitionStart(partition) + hourMs;
}

/** Reads `YYYY-MM-DDTHH`; `null` for anything else, 30 February and the hour 24 included. */
export function parsePartition(text: string): Partition | null {
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}$/.test(text) ? Date.parse(`${text}:00:00.000Z`) : Number.NaN;
  return !Number.isNaN(ms) && partitionOf(ms) === text ? (text as Partition) : null;
}

/** `year=YYYY/month=MM/day=DD/hour=HH`, as Hive, DuckDB, Athena and Spark read it. */
export function partitionPath(partition: Partition): string {
  return `${dayPath(partition.slice(0, 10))}/hour=${partition.slice(11)}`;
}

/** `year=YYYY/month=MM/day=DD` of a UTC day `YYYY-MM-DD`. */
export function dayPath(day: string): string {
  const [year, month, date] = day.split("-");
  return `year=${year}/month=${month}/day=${date}`;
}
