/** The result of `migrate`. */
export interface MigrationReport {
  /** The migrations that this call applied, in order. */
  readonly applied: readonly string[];
  /** The migrations that were already applied, or that another process applied at the same time. */
  readonly present: readonly string[];
  /** Rows of an adopted database that this call moved to `quarantined_row`, by table and reason. */
  readonly quarantined: readonly QuarantinedCount[];
}

/** How many rows of one table were moved to `quarantined_row` for one reason. */
export interface QuarantinedCount {
  /** The table that the rows were in, such as `plant_reading`. */
  readonly table: string;
  /** Which key or type the rows violate, as in `quarantined_row`, such as `duplicate reading`. */
  readonly reason: string;
  /** Number of rows, 1 or more. */
  readonly rows: number;
}
