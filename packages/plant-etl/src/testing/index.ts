export type { Capability, TestRunner } from "@lmnh/plant-schema/testing";
export { buildFailure, buildPayload, buildResponse, type Payload } from "./builders.js";
export { readStoredState } from "./read-stored-state.js";
export {
  type KnownResponse,
  type PlantSourceContractOptions,
  plantSourceContract,
  type SourceUnderTest,
} from "./source-contract.js";
export type { PlantStoreCapabilities, StoreUnderTest } from "./store/fixtures.js";
export { type PlantStoreContractOptions, plantStoreContract } from "./store-contract.js";
