import type { SchemaElement } from "hyparquet";

/** A `timestamp` is milliseconds since the epoch, a `date` the UTC day `YYYY-MM-DD`. */
export type ColumnType = "int64" | "int32" | "double" | "string" | "timestamp" | "date";

/** A column of a Parquet file. */
export interface Column {
  /** The name of the column, in files and in SQL. */
  readonly name: string;
  /** The type of the values, from which those of Parquet and SQL follow. */
  readonly type: ColumnType;
  /** Whether a value may be `null`; `false` by default. */
  readonly nullable?: boolean | undefined;
}

/** With the old and the new annotation: Athena and older versions of Spark support only the old one. */
const storedAs: Readonly<Record<ColumnType, Omit<SchemaElement, "name" | "repetition_type">>> = {
  int64: { type: "INT64" },
  int32: { type: "INT32" },
  double: { type: "DOUBLE" },
  string: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  timestamp: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
  date: { type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } },
};

export function toSchema(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: "schema", num_children: columns.length },
    ...columns.map(
      ({ name, type, nullable = false }): SchemaElement => ({
        name,
        repetition_type: nullable ? "OPTIONAL" : "REQUIRED",
        ...storedAs[type],
      }),
    ),
  ];
}

/** The columns of a file; `null` if one of them has a type that this archive does not write. */
export function fromSchema([, ...elements]: readonly SchemaElement[]): readonly Column[] | null {
  const columns = elements.map(toColumn);
  return columns.every((column) => column !== null) ? columns : null;
}

function toColumn(element: SchemaElement): Column | null {
  const { name, repetition_type } = element;
  const type = columnTypes.find((candidate) => annotation(storedAs[candidate]) === annotation(element));
  if (type === undefined) return null;
  if (repetition_type === "REQUIRED") return { name, type };
  return repetition_type === "OPTIONAL" ? { name, type, nullable: true } : null;
}

const columnTypes = Object.keys(storedAs) as ColumnType[];

function annotation({ type, converted_type, logical_type }: Omit<SchemaElement, "name">): string {
  return JSON.stringify([type, converted_type, logical_type]);
}

/** `plant_id int64, run_id string null`. */
export function describeColumns(columns: readonly Column[]): string {
  return columns.map(({ name, type, nullable }) => `${name} ${type}${nullable ? " null" : ""}`).join(", ");
}
