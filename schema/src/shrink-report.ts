/** The size of the database's file, bytes; `null` on SQL Server, which manages its files itself. */
export interface ShrinkReport {
  readonly bytesBefore: number | null;
  readonly bytesAfter: number | null;
}
