import { sqlArchiveCatalog } from "@lmnh/plant-archive";
import { archiveCatalogContract, sqlReadingTables } from "@lmnh/plant-archive/testing";
import type { TestRunner } from "@lmnh/plant-etl/testing";
import { sqlAlertStore } from "@lmnh/plant-health";
import { alertStoreContract } from "@lmnh/plant-health/testing";
import type { PlantDatabase } from "@lmnh/plant-schema";
import { CheckingCatalog } from "./checking-catalog.js";
import { SignallingAlertStore } from "./own-health-adapters.js";

/**
 * Declares the contracts of the adapters that need a database.
 *
 * @param openEmpty opens a migrated database with the plants 1, 2 and 3, and nothing else
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
      const store = new SignallingAlertStore(sqlAlertStore(database), () => undefined);
      return { store, close: () => database.close() };
    },
  });
}
