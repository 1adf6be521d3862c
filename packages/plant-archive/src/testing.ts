export { type Lie, lyingObjectStore, type Substitution } from "./testing/lying-object-store.js";
export {
  type ObjectStoreContractOptions,
  type ObjectStoreUnderTest,
  objectStoreContract,
} from "./testing/object-store-contract.js";
