import type { Manifest } from "../model/archive-file.js";
import type { ArchivedTable } from "../model/archived-table.js";
import { parsePartition, partitionEnd, partitionStart } from "../model/partition.js";
import { TablePage } from "../model/table-page.js";
import { type ByteSource, invalidObject } from "./byte-source.js";
import { schemaVersion } from "./file-layout.js";
import { maxTextLength } from "./limits.js";
import { manifestKeys } from "./manifest-keys.js";
import { type OpenFile, openFile } from "./parquet-reader.js";
import { readRowGroup } from "./read-row-group.js";
import { describeColumns } from "./schema.js";

/** The manifest of a file; throws `OBJECT_INVALID` if it is not a complete file of an archive. */
export async function readManifest(source: ByteSource): Promise<Manifest> {
  return toManifest(await openFile(source));
}

/**
 * The rows of a file, a page for each row group. Throws `OBJECT_INVALID` if the file is damaged or not of this table; the
 * pages before are correct.
 */
export async function* decodePages<Row>(
  table: ArchivedTable,
  source: ByteSource,
): AsyncGenerator<TablePage<Row>, void, void> {
  const file = await openFile(source);
  const { partition } = toManifest(file);
  const [from, to] = [partitionStart(partition), partitionEnd(partition)];
  const found = describeColumns(file.columns);
  const expected = describeColumns(table.columns);
  if (found !== expected) throw invalidObject(source.key, `has the columns ${found} and not ${expected}`);
  for (const place of file.rowGroups) {
    const page = new TablePage<Row>(table, place.rows, await readRowGroup(file, place));
    checkPage(source.key, page, from, to);
    yield page;
  }
}

/** Throws if a row is of another hour, or has a value that no database has. */
function checkPage(key: string, { table, columns }: TablePage<unknown>, from: number, to: number): void {
  for (const [column, values] of columns.entries()) {
    const { field, type } = table.columns[column] ?? {};
    if ("texts" in values) {
      const long = values.texts.find((text) => (text?.length ?? 0) > maxTextLength);
      if (long) throw invalidObject(key, `has a text of ${long.length} characters`);
    } else if (field === table.instant) {
      const outside = values.numbers.find((ms) => !(ms >= from && ms < to));
      if (outside !== undefined)
        throw invalidObject(key, `has a ${table.rowNoun} of ${outside} ms, which is outside its hour`);
    } else if (type === "timestamp") {
      if (!values.numbers.every(isInstant))
        throw invalidObject(key, `has a ${table.rowNoun} with an invalid time`);
    } else if (type === "double" && values.numbers.some(Number.isNaN))
      throw invalidObject(key, `has a ${table.rowNoun} with a value that is not a number`);
  }
}

/** Whether it is in the range of `Date`. */
function isInstant(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}

function toManifest({ source: { key, byteLength }, metadata, rows }: OpenFile): Manifest {
  const invalid = (name: string, problem: string) => invalidObject(key, `${problem} as its ${name}`);
  const text = (name: string) => {
    const value = metadata.get(name);
    if (value === undefined || value === "") throw invalid(name, "has nothing");
    return value;
  };
  const version = text(manifestKeys.schemaVersion);
  if (version !== String(schemaVersion))
    throw invalid(manifestKeys.schemaVersion, `has ${version} where this program reads ${schemaVersion}`);
  const partition = parsePartition(text(manifestKeys.partition));
  if (partition === null)
    throw invalid(manifestKeys.partition, `has ${metadata.get(manifestKeys.partition)}`);
  if (text(manifestKeys.rows) !== String(rows))
    throw invalid(manifestKeys.rows, `has ${metadata.get(manifestKeys.rows)} where there are ${rows}`);
  const digest = text(manifestKeys.digest);
  if (!/^[0-9a-f]{32}$/.test(digest)) throw invalid(manifestKeys.digest, `has ${digest}`);
  const runId = text(manifestKeys.runId);
  return { key, schemaVersion, partition, runId, rows, digest, bytes: byteLength };
}
