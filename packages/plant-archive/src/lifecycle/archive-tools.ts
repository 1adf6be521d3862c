import type { ObjectStore, TableCatalog } from "../ports.js";

/** What every step of a run uses. */
export interface ArchiveTools {
  readonly catalog: TableCatalog;
  readonly objects: ObjectStore;
  readonly now: () => number;
  /** Unique; part of an object key. */
  readonly newId: () => string;
  readonly runId: string;
  readonly rowsPerFile: number;
  readonly signal?: AbortSignal | undefined;
  /** Called for each page of rows that is encoded. */
  readonly onRead?: ((rows: number) => void) | undefined;
}
