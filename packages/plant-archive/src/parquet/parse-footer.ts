import { type FileMetaData, parquetMetadata, type RowGroup } from "hyparquet";
import { InvalidFileError, magic, rowGroupHashes, trailerBytes } from "./file-layout.js";
import { maxRowsPerFile, maxRowsPerGroup } from "./limits.js";
import { type Column, fromSchema } from "./schema.js";
import { readThriftStruct } from "./thrift.js";

/** A parsed footer. Plain data, which can be sent to another thread. */
export interface Footer {
  readonly columns: readonly Column[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly rows: number;
  readonly rowGroups: readonly RowGroupPlace[];
}

/** The position of a row group, in bytes of the file. */
export interface RowGroupPlace {
  readonly start: number;
  readonly end: number;
  readonly rows: number;
  /** Hex. */
  readonly sha256: string;
  /** A chunk per column, in the order of the columns; each begins where the one before ends. */
  readonly chunks: readonly ColumnChunk[];
}

export interface ColumnChunk {
  /** Bytes from the row group's start. */
  readonly start: number;
  readonly end: number;
  readonly hasDictionary: boolean;
  /** Bytes from the row group's start, of the data page's header. */
  readonly dataPage: number;
}

/**
 * Parses a footer, with its length and the magic after it. Checks everything that later steps rely on: limits, sums of rows,
 * and that row groups and columns cover all bytes up to `dataEnd`, without gaps and in order.
 *
 * @throws InvalidFileError
 */
export function parseFooter(footerBytes: Uint8Array, dataEnd: number): Footer {
  const footer = parse(footerBytes);
  const columns = fromSchema(footer.schema);
  if (columns === null || columns.length === 0) throw new InvalidFileError("has a column of an unknown type");
  const metadata = new Map((footer.key_value_metadata ?? []).map(({ key, value = "" }) => [key, value]));
  const hashText = metadata.get(rowGroupHashes) ?? "";
  const hashes =
    hashText.length > hashCharacters * footer.row_groups.length
      ? []
      : hashText.split(",").filter((hash) => hash !== "");
  metadata.delete(rowGroupHashes);
  if (hashes.length !== footer.row_groups.length)
    throw new InvalidFileError("does not have one hash per row group");
  const rowGroups: RowGroupPlace[] = [];
  let end = footer.row_groups.length === 0 ? magic.length : 0;
  for (const [index, group] of footer.row_groups.entries()) {
    const place = placeRowGroup(group, columns, end, hashes[index] ?? "");
    rowGroups.push(place);
    end = place.end;
  }
  if (end !== dataEnd) throw new InvalidFileError("has bytes that belong to no row group, or lacks some");
  const rows = rowGroups.reduce((sum, group) => sum + group.rows, 0);
  if (BigInt(rows) !== footer.num_rows || rows > maxRowsPerFile)
    throw new InvalidFileError(`claims ${footer.num_rows} rows and has row groups of ${rows}`);
  return { columns, metadata, rows, rowGroups };
}

/** A hash in hex and a comma. */
const hashCharacters = 65;

function parse(bytes: Uint8Array): FileMetaData {
  try {
    // hyparquet has no limits for numbers and lists.
    const { end } = readThriftStruct(bytes, 0);
    if (end !== bytes.length - trailerBytes) throw new Error("the struct is shorter than the footer");
    return parquetMetadata(bytes, { geoparquet: false });
  } catch (cause) {
    throw new InvalidFileError("has a footer that cannot be read", { cause });
  }
}

/** @param start where the previous row group ends; the first one includes the magic */
function placeRowGroup(
  { columns: chunks, num_rows }: RowGroup,
  columns: readonly Column[],
  start: number,
  sha256: string,
): RowGroupPlace {
  const rows = Number(num_rows);
  if (!(rows >= 1 && rows <= maxRowsPerGroup))
    throw new InvalidFileError(
      `claims a row group of ${rows} rows, where 1 to ${maxRowsPerGroup} are possible`,
    );
  if (chunks.length !== columns.length)
    throw new InvalidFileError(`has a row group of ${chunks.length} columns instead of ${columns.length}`);
  let end = start === 0 ? magic.length : start;
  const placed = chunks.map(({ meta_data: about, file_path }, index): ColumnChunk => {
    const { name = "" } = columns[index] ?? {};
    const first = Number(about?.dictionary_page_offset ?? about?.data_page_offset);
    const dataPage = Number(about?.data_page_offset);
    const bytes = Number(about?.total_compressed_size);
    const isSound =
      about?.codec === "SNAPPY" &&
      file_path === undefined &&
      about.path_in_schema.length === 1 &&
      about.path_in_schema[0] === name &&
      Number(about.num_values) === rows &&
      first === end &&
      Number.isSafeInteger(bytes) &&
      bytes > 0 &&
      dataPage >= first &&
      dataPage < first + bytes;
    if (!isSound)
      throw new InvalidFileError(`describes the column ${name} of a row group as this archive does not`);
    end += bytes;
    return {
      start: first - start,
      end: end - start,
      hasDictionary: about.dictionary_page_offset !== undefined,
      dataPage: dataPage - start,
    };
  });
  return { start, end, rows, sha256, chunks: placed };
}
