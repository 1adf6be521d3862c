import { parse } from "csv-parse/sync";
import * as z from "zod";
import { decodeText } from "../decode-text.js";

/** A file of a seed: its name without `.csv`. */
export type SeedFileName = "botanists" | "countries" | "cities" | "origins" | "plants";

/**
 * The CSV files of a seed, by table: text, or bytes of UTF-8, or of UTF-16 with a byte order mark. The ids in the files
 * only join the files; the database assigns its own.
 */
export type SeedFiles = Readonly<Record<SeedFileName, string | Uint8Array>>;

/** An error in a seed. `line` counts from 1, which is the header. */
export interface SeedIssue {
  /** The file with the error. */
  readonly file: SeedFileName;
  /** The line of the file, 1 or more. */
  readonly line: number;
  /** The name of the column; empty if the error concerns the whole row or file. */
  readonly column: string;
  /** The text that is invalid; empty if there is none. */
  readonly value: string;
  /** What is wrong, as a predicate whose subject is the value, such as `must not be empty`. */
  readonly message: string;
}

export interface SeedRow<Values> {
  readonly line: number;
  readonly values: Values;
}

const id = z
  .string()
  .regex(/^\d{1,10}$/, "must be a whole number, 0 or more")
  .transform(Number);
const reference = z.union([z.literal("").transform(() => null), id], "must be a whole number or empty");
const text = z.string().min(1, "must not be empty").max(255, "must not be longer than 255 characters");
const textOrNone = z
  .string()
  .max(1000, "must not be longer than 1000 characters")
  .transform((value) => (value === "" ? null : value));

function degrees(limit: number) {
  return z.string().transform((value, context) => {
    if (value === "") return null;
    const number = Number(value);
    if (Number.isFinite(number) && Math.abs(number) <= limit) return number;
    context.addIssue({ code: "custom", message: `must be degrees between -${limit} and ${limit}, or empty` });
    return z.NEVER;
  });
}

const columns = {
  botanists: z.object({
    botanist_id: id,
    email: text
      .regex(/^[^@\s]+@[^@\s]+$/, "must be an e-mail address")
      .transform((value) => value.toLowerCase()),
    name: text,
    phone: z.string().max(255, "must not be longer than 255 characters"),
  }),
  countries: z.object({
    country_id: id,
    country_name: text,
    country_code: z
      .string()
      .regex(/^([A-Z]{2})?$/, "must be two capital letters (ISO 3166-1 alpha-2) or empty")
      .transform((value) => (value === "" ? null : value)),
  }),
  cities: z.object({ city_id: id, city_name: text, country_id: id }),
  origins: z.object({ origin_id: id, city_id: id, lat: degrees(90), long: degrees(180) }),
  plants: z.object({
    plant_id: id,
    name: text,
    scientific_name: textOrNone,
    origin_id: reference,
    botanist_id: reference,
    image_license_url: textOrNone,
    image_url: textOrNone,
    thumbnail: textOrNone,
  }),
} as const;

/** Columns that the museum's own files do not have. A missing one is read as empty. */
const optionalColumns: ReadonlySet<string> = new Set(["country_code"]);

export type SeedValues<Name extends SeedFileName> = z.output<(typeof columns)[Name]>;

/** Parses one CSV file of a seed. Rows with an issue are skipped; other columns are ignored. */
export function readSeedFile<Name extends SeedFileName>(
  file: Name,
  content: string | Uint8Array,
): { rows: SeedRow<SeedValues<Name>>[]; issues: SeedIssue[] } {
  const issues: SeedIssue[] = [];
  const rows: SeedRow<SeedValues<Name>>[] = [];
  const csv = typeof content === "string" ? parseCsv(content) : parseCsvBytes(content);
  if ("problem" in csv)
    return { rows, issues: [{ file, line: csv.line, column: "", value: "", message: csv.problem }] };

  const schema: z.ZodObject = columns[file];
  const missing = Object.keys(schema.shape).filter(
    (name) => !csv.header.includes(name) && !optionalColumns.has(name),
  );
  if (missing.length > 0) {
    const message = `the header lacks this column; it has: ${csv.header.join(", ") || "nothing"}`;
    return { rows, issues: missing.map((column) => ({ file, line: 1, column, value: "", message })) };
  }

  for (const { line, cells } of csv.records) {
    if (cells.length !== csv.header.length) {
      const message = `this row has ${cells.length} columns, the header has ${csv.header.length}`;
      issues.push({ file, line, column: "", value: "", message });
      continue;
    }
    const values = Object.fromEntries(
      Object.keys(schema.shape).map((name) => [name, cells[csv.header.indexOf(name)] ?? ""]),
    );
    const result = columns[file].safeParse(values);
    if (result.success) rows.push({ line, values: result.data as SeedValues<Name> });
    else
      for (const { path, message } of result.error.issues) {
        const column = String(path[0] ?? "");
        issues.push({ file, line, column, value: values[column] ?? "", message });
      }
  }
  return { rows, issues };
}

type Csv =
  | { header: string[]; records: { line: number; cells: string[] }[] }
  | { problem: string; line: number };

function parseCsvBytes(bytes: Uint8Array): Csv {
  const decoded = decodeText(bytes);
  if ("text" in decoded) return parseCsv(decoded.text);
  const before = decodeText(bytes.subarray(0, decoded.offset), { cut: true });
  const line = "text" in before ? before.text.split("\n").length : 1;
  return { problem: `the file ${decoded.problem}; save it as UTF-8`, line };
}

function parseCsv(content: string): Csv {
  try {
    const parsed = parse(content, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
    }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    const [header, ...records] = parsed.map(({ record, info }) => ({ line: info.lines, cells: record }));
    return { header: header?.cells ?? [], records };
  } catch (error) {
    const line = (error as { lines?: unknown }).lines;
    return {
      problem: error instanceof Error ? error.message : String(error),
      line: typeof line === "number" ? line : 1,
    };
  }
}
