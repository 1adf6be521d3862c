/** One UTC hour, `YYYY-MM-DDTHH`. Every archive file belongs to one. */
export type Partition = string & {
  /** Only in the type: `parsePartition` and `partitionOf` make partitions. */
  readonly [partitionBrand]: true;
};
declare const partitionBrand: unique symbol;

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** The hour of an instant, in milliseconds since the epoch, of the years 0000 to 9999. */
export function partitionOf(ms: number): Partition {
  return new Date(ms).toISOString().slice(0, 13) as Partition;
}

/** The first millisecond of an hour, in milliseconds since the epoch. */
export function partitionStart(partition: Partition): number {
  return Date.parse(`${partition}:00:00.000Z`);
}

/** The end of an hour, exclusive, in milliseconds since the epoch. */
export function partitionEnd(partition: Partition): number {
  return partitionStart(partition) + hourMs;
}

/** Parses `YYYY-MM-DDTHH`; `null` for anything else, such as 30 February or hour 24. */
export function parsePartition(text: string): Partition | null {
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}$/.test(text) ? Date.parse(`${text}:00:00.000Z`) : Number.NaN;
  return !Number.isNaN(ms) && partitionOf(ms) === text ? (text as Partition) : null;
}

/** The hours from `first` to `last`, both included. */
export interface HourRange {
  /** The first hour. */
  readonly first: Partition;
  /** The last hour, not before the first. */
  readonly last: Partition;
}

export function isInRange(partition: Partition, { first, last }: HourRange): boolean {
  return partition >= first && partition <= last;
}

/** The hours of a text: one, `YYYY-MM-DDTHH`, or those of a UTC day, `YYYY-MM-DD`; `null` for anything else. */
export function parseHours(text: string): HourRange | null {
  const first = parsePartition(text) ?? parsePartition(`${text}T00`);
  const last = parsePartition(text) ?? parsePartition(`${text}T23`);
  return first === null || last === null ? null : { first, last };
}

/** The folder of an hour, `year=YYYY/month=MM/day=DD/hour=HH`: the Hive layout that DuckDB, Athena and Spark read. */
export function partitionPath(partition: Partition): string {
  return `${dayPath(partition.slice(0, 10))}/hour=${partition.slice(11)}`;
}

/** `year=YYYY/month=MM/day=DD` of a UTC day `YYYY-MM-DD`. */
export function dayPath(day: string): string {
  const [year, month, date] = day.split("-");
  return `year=${year}/month=${month}/day=${date}`;
}
