/** The result of `migrate`. */
export interface MigrationReport {
  /** The migrations that this call applied, in order. */
  readonly applied: readonly string[];
  /** The migrations that were already applied, or that another process applied at the same time. */
  readonly present: readonly string[];
  /** Rows of an adopted database that this call moved to `quarantined_row`, by table and reason. */
  readonly quarantined: readonly QuarantinedCount[];
}

export interface QuarantinedCount {
  readonly table: string;
  readonly reason: string;
  readonly rows: number;
}
