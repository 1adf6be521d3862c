import type { Statement } from "./statement.js";

/** A write transaction of which every call is one round trip on SQL Server. */
export interface BatchedTransaction {
  /** Runs a statement and returns its rows. The first one also begins the transaction and acquires the write lock. */
  execute<Row>(statement: Statement): Promise<Row[]>;
  /**
   * Runs the last statements of the transaction, and commits if the very last one, an INSERT, UPDATE or DELETE that returns
   * nothing, changes a row. Otherwise it is rolled back and the result is `false`.
   */
  commitIfChanged(statements: readonly Statement[]): Promise<boolean>;
}
