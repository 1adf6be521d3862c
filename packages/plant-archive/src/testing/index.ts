export type { Capability, TestRunner } from "@lmnh/plant-schema/testing";
export {
  type ArchiveCatalogContractOptions,
  archiveCatalogContract,
} from "./archive-catalog-contract.js";
export type { CatalogUnderTest } from "./catalog/fixtures.js";
export type { CatalogFile, CatalogState, ReadingTables } from "./catalog-tables.js";
export { fakeVerifiedFile } from "./fake-verified-file.js";
export { faultyObjectStore, type StoreFault, type Substitution } from "./faulty-object-store.js";
export { type ObjectStoreContractOptions, objectStoreContract } from "./object-store-contract.js";
export type { ObjectStoreCapabilities, ObjectStoreUnderTest } from "./object-store-under-test.js";
export { buildPlants, buildReading, type NewReading } from "./reading-builders.js";
export { sqlReadingTables } from "./sql-catalog-tables.js";
