import { contractSuite, type TestRunner } from "@lmnh/plant-schema/testing";
import { describeBotanistsAndOrigins } from "./store/botanists-and-origins.js";
import { describeConflicts } from "./store/conflicts.js";
import { type PlantStoreCapabilities, run, type StoreUnderTest } from "./store/fixtures.js";
import { describeNoticesAndRejections } from "./store/notices-and-rejections.js";
import { describePlants } from "./store/plants.js";
import { describeReadings } from "./store/readings.js";
import { describeRunLog } from "./store/run-log.js";
import { describeValues } from "./store/values.js";

/** How the contract opens the store to test. */
export interface PlantStoreContractOptions {
  /** Name of the store, for the names of the tests. */
  readonly name: string;
  /** Opens a store without content. Called by each test. */
  readonly open: () => Promise<StoreUnderTest>;
  /** What the store cannot do, with the reason; those tests are skipped. */
  readonly capabilities?: PlantStoreCapabilities | undefined;
}

/** Declares a test of each rule of `PlantStore`. */
export function plantStoreContract(
  runner: TestRunner,
  { name, open, capabilities = {} }: PlantStoreContractOptions,
): void {
  const openWithRun = async () => {
    const under = await open();
    await under.store.beginRun(run);
    return under;
  };
  contractSuite(runner, `${name}: contract of PlantStore`, openWithRun, (suite) => {
    describeValues(suite, capabilities);
    describeReadings(suite);
    describeConflicts(suite);
    describePlants(suite);
    describeBotanistsAndOrigins(suite);
    describeNoticesAndRejections(suite);
    describeRunLog(suite);
  });
}
