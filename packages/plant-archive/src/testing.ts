export type { LedgerFile, LedgerState, ReadingTables } from "./ledger/reading-tables.js";
export { kyselyReadingTables } from "./testing/kysely-reading-tables.js";
export type { LedgerUnderTest } from "./testing/ledger/under-test.js";
export { type Lie, lyingObjectStore, type Substitution } from "./testing/lying-object-store.js";
export {
  type ObjectStoreContractOptions,
  type ObjectStoreUnderTest,
  objectStoreContract,
} from "./testing/object-store-contract.js";
export { buildPlants, buildReading, type NewReading } from "./testing/reading-builders.js";
export {
  type ReadingLedgerContractOptions,
  readingLedgerContract,
} from "./testing/reading-ledger-contract.js";
export { asIfReadBack } from "./testing/verified-file.js";
