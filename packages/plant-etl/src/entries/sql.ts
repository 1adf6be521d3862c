export { type SqlPlantStoreOptions, sqlPlantStore } from "../load/sql-plant-store.js";
