/** The size of the database's file, bytes; `null` on SQL Server, which manages its files itself. */
export interface ShrinkReport {
  /** Size before the call. */
  readonly bytesBefore: number | null;
  /** Size after the call. */
  readonly bytesAfter: number | null;
}
