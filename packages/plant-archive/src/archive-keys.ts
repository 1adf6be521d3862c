import { type Partition, parsePartition, partitionPath } from "./partition.js";

/** Everything under it is read as readings. */
export const readingsPrefix = "plant_reading/";

/** Where a file of an hour is; `name` is unique. */
export function readingsKey(partition: Partition, name: string): string {
  return `${readingsPrefix}${partitionPath(partition)}/${name}.parquet`;
}

/** The hour of a file by its key; `null` for what is no key of a file of readings. */
export function partitionOfKey(key: string): Partition | null {
  const parts =
    /^plant_reading\/year=(?<year>\d{4})\/month=(?<month>\d\d)\/day=(?<day>\d\d)\/hour=(?<hour>\d\d)\/[^/]+\.parquet$/.exec(
      key,
    )?.groups;
  return parts === undefined
    ? null
    : parsePartition(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}`);
}

/** Where an object goes that is not what it should be: outside of everything that is read as readings. */
export function asideKey(key: string): string {
  return `set_aside/${key}`;
}
