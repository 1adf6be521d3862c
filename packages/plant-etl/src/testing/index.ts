export { buildFailure, buildPayload, buildResponse, type Payload } from "./builders.js";
export { readStoredState } from "./read-stored-state.js";
export { type PlantSourceContract, plantSourceContract } from "./source-contract.js";
export {
  type PlantStoreContractOptions,
  plantStoreContract,
  type StoreUnderTest,
} from "./store-contract.js";
