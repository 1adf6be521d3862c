export { type SqlPlantStoreOptions, sqlPlantStore } from "../load/sql-plant-store.js";
export { sqlRejectionLog } from "../load/sql-rejection-log.js";
