export { type ConflictContent, memoryPlantStore, type StoredState } from "../load/memory-plant-store.js";
export type { NoticeRow, RejectionRow } from "../load/row-mapping.js";
