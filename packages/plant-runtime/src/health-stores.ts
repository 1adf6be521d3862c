import { type HealthStores, sqlAlertStore, sqlHabitStore, sqlPlantRecords } from "@lmnh/plant-health";
import type { PlantDatabase, RetryOptions } from "@lmnh/plant-schema";

/** What the health rules read and write, in an open database. Transient errors are retried. */
export function healthStores(database: PlantDatabase, retry: RetryOptions): HealthStores {
  const retrying = { ...database, retry };
  return {
    records: sqlPlantRecords(retrying),
    habits: sqlHabitStore(retrying),
    alerts: sqlAlertStore(retrying),
  };
}
