import { type Partition, parsePartition, partitionPath } from "./partition.js";

/** Everything under it is read as readings. */
export const readingsPrefix = "plant_reading/";

/** Where a file of an hour is; `name` is unique. */
export function readingsKey(partition: Partition, name: string): string {
  return `${readingsPrefix}${partitionPath(partition)}/${name}.parquet`;
}

const inHour =
  /^plant_reading\/year=(?<year>\d{4})\/month=(?<month>\d\d)\/day=(?<day>\d\d)\/hour=(?<hour>\d\d)\/(?<name>.+)$/;

/** The hour of a file by its key; `null` for what is no key of a file of readings. */
export function partitionOfKey(key: string): Partition | null {
  const name = inHour.exec(key)?.groups?.name ?? "";
  return /^[^/]+\.parquet$/.test(name) ? partitionOfFolder(key) : null;
}

/** The hour in whose folder something is, whatever it is; `null` for what is in no hour's folder. */
export function partitionOfFolder(key: string): Partition | null {
  const parts = inHour.exec(key)?.groups;
  return parts === undefined
    ? null
    : parsePartition(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}`);
}

/** The UTC day in whose folder an object is, `YYYY-MM-DD`, whatever it is of; `null` for one in no day's folder. */
export function dayOfKey(key: string): string | null {
  const parts = /^[^/]+\/year=(\d{4})\/month=(\d\d)\/day=(\d\d)\//.exec(key);
  return parts === null ? null : parts.slice(1).join("-");
}

/** Where an object goes that is not what it should be: outside of everything that is read as readings. */
export function quarantineKey(key: string): string {
  return `quarantined/${key}`;
}
