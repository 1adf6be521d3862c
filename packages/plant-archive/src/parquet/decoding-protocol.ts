import type { ColumnValues } from "../model/table-page.js";
import type { Footer, RowGroupPlace } from "./parse-footer.js";
import type { Column } from "./schema.js";

/** The tasks of the decoding thread, with their parameters and results. */
export interface DecodingTasks {
  footer(footerBytes: Uint8Array, dataEnd: number): Footer;
  rowGroup(
    bytes: Uint8Array,
    columns: readonly Column[],
    place: Pick<RowGroupPlace, "rows" | "chunks">,
  ): ColumnValues[];
}

export type TaskName = keyof DecodingTasks;

export type DecodingRequest = {
  readonly [Name in TaskName]: {
    readonly task: Name;
    readonly parameters: Parameters<DecodingTasks[Name]>;
  };
}[TaskName];

export type DecodingResponse =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly result: ReturnType<DecodingTasks[TaskName]> }
  /** The file is invalid; `problem` continues a sentence that begins with its key. */
  | { readonly kind: "invalid"; readonly problem: string }
  | { readonly kind: "failed"; readonly reason: string };
