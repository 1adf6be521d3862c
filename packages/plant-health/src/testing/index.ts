export type { Capability, TestRunner } from "@lmnh/plant-schema/testing";
export {
  type AlertStoreContractOptions,
  type AlertStoreUnderTest,
  alertStoreContract,
} from "./alert-store-contract.js";
export { buildAlert, buildDetail, buildFire, buildProfile, testNowMs } from "./builders.js";
export {
  type HabitStoreContractOptions,
  type HabitStoreUnderTest,
  habitStoreContract,
} from "./habit-store-contract.js";
export {
  type NotifierContractOptions,
  type NotifierUnderTest,
  notifierContract,
  type ReceiverBehaviour,
} from "./notifier-contract.js";
