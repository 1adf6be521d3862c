import type { ArchivedTable } from "./archived-table.js";
import { type Partition, parsePartition, partitionPath } from "./partition.js";

/** Every Parquet file under it is one of the table's rows. */
export function tablePrefix({ name }: ArchivedTable): string {
  return `${name}/`;
}

/** The key of a file of rows. `name` is unique. */
export function fileKey(table: ArchivedTable, partition: Partition, name: string): string {
  return `${folderOf(table, partition)}${name}.parquet`;
}

/** The folder of an hour. */
export function folderOf(table: ArchivedTable, partition: Partition): string {
  return `${tablePrefix(table)}${partitionPath(partition)}/`;
}

const inHour =
  /^[^/]+\/year=(?<year>\d{4})\/month=(?<month>\d\d)\/day=(?<day>\d\d)\/hour=(?<hour>\d\d)\/(?<name>.+)$/;

/** The hour in the key of a file of rows; `null` for other keys. */
export function partitionOfKey(key: string): Partition | null {
  const name = inHour.exec(key)?.groups?.name ?? "";
  return /^[^/]+\.parquet$/.test(name) ? partitionOfFolder(key) : null;
}

/** The hour of the folder that a key is in; `null` if it is in none. */
export function partitionOfFolder(key: string): Partition | null {
  const parts = inHour.exec(key)?.groups;
  return parts === undefined
    ? null
    : parsePartition(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}`);
}

/** The UTC day of the folder that a key is in, `YYYY-MM-DD`; `null` if it is in none. */
export function dayOfKey(key: string): string | null {
  const parts = /^[^/]+\/year=(\d{4})\/month=(\d\d)\/day=(\d\d)\//.exec(key);
  return parts === null ? null : parts.slice(1).join("-");
}

/** The key of a quarantined object, outside of every prefix that is read. */
export function quarantineKey(key: string): string {
  return `quarantine/${key}`;
}
