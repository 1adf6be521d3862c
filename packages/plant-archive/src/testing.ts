export type { LedgerFile, LedgerState, ReadingTables } from "./ledger/reading-tables.js";
export { buildPlants, buildReading, type NewReading } from "./testing/builders.js";
export { kyselyReadingTables } from "./testing/kysely-reading-tables.js";
export type { LedgerUnderTest } from "./testing/ledger/under-test.js";
export {
  type ReadingLedgerContractOptions,
  readingLedgerContract,
} from "./testing/reading-ledger-contract.js";
export { asIfReadBack } from "./testing/verified-file.js";
