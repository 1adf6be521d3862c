export { readStoredState } from "./load/read-stored-state.js";
export { buildAnswer, buildFailure, buildPayload, type Payload } from "./testing/builders.js";
export { type PlantSourceContract, plantSourceContract } from "./testing/source-contract.js";
export {
  type PlantStoreContractOptions,
  plantStoreContract,
  type StoreUnderTest,
} from "./testing/store-contract.js";
