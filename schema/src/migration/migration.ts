import { createHash } from "node:crypto";

/** A numbered step from one structure to the next. Once released it is never edited: a mistake gets a new file. */
export interface Migration {
  /** The file's name without `.sql`. */
  readonly name: string;
  readonly sql: string;
}

/** SHA-256 of a migration's text in hex; the same whether a checkout ends its lines with LF or CRLF. */
export function migrationChecksum({ sql }: Migration): string {
  return createHash("sha256").update(sql.replaceAll("\r\n", "\n")).digest("hex");
}
