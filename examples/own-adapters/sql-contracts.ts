import { sqlArchiveCatalog } from "@lmnh/plant-archive";
import { archiveCatalogContract, sqlReadingTables } from "@lmnh/plant-archive/testing";
import type { TestRunner } from "@lmnh/plant-etl/testing";
import { sqlAlertStore } from "@lmnh/plant-health";
import { alertStoreContract } from "@lmnh/plant-health/testing";
import { loadReferenceData, type Plant, type PlantDatabase } from "@lmnh/plant-schema";
import { CheckingCatalog } from "./checking-catalog.js";
import { SignallingAlertStore } from "./own-health-adapters.js";

/**
 * Declares the contracts of the adapters that need a database.
 *
 * @param openEmpty opens a migrated database without rows
 */
export function declareSqlContracts(runner: TestRunner, openEmpty: () => Promise<PlantDatabase>): void {
  archiveCatalogContract(runner, {
    name: "CheckingCatalog",
    open: async () => {
      const database = await openEmpty();
      const catalog = () => new CheckingCatalog(sqlArchiveCatalog(database));
      return {
        catalog: catalog(),
        other: catalog(),
        tables: sqlReadingTables(database),
        close: () => database.close(),
      };
    },
  });

  alertStoreContract(runner, {
    name: "SignallingAlertStore",
    open: async () => {
      const database = await openEmpty();
      // An alert refers to its plant.
      const plants = [1, 2, 3].map(buildPlant);
      await loadReferenceData(database, { botanists: [], countries: [], cities: [], origins: [], plants });
      const store = new SignallingAlertStore(sqlAlertStore(database), () => undefined);
      return { store, close: () => database.close() };
    },
  });
}

function buildPlant(plantId: number): Plant {
  return {
    plantId,
    name: null,
    scientificName: null,
    imageUrl: null,
    imageLicenseUrl: null,
    thumbnailUrl: null,
    botanist: null,
    origin: null,
    observedAt: "2026-01-28T00:00:00.000Z",
  };
}
