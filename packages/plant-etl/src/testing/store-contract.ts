import { afterEach, beforeEach, describe } from "vitest";
import { describeBotanistsAndOrigins } from "./store/botanists-and-origins.js";
import { describeConflicts } from "./store/conflicts.js";
import { run, type StoreUnderTest } from "./store/fixtures.js";
import { describeNoticesAndRejections } from "./store/notices-and-rejections.js";
import { describePlants } from "./store/plants.js";
import { describeReadings } from "./store/readings.js";
import { describeRunLog } from "./store/run-log.js";
import { describeValues } from "./store/values.js";

export type { StoreUnderTest } from "./store/fixtures.js";

export interface PlantStoreContractOptions {
  readonly name: string;
  /** Creates the store of a test. */
  readonly make: () => Promise<StoreUnderTest>;
  /** Reasons to skip tests, by test name. */
  readonly skips?: Readonly<Record<string, string>>;
}

/** Declares vitest tests of everything that `PlantStore` guarantees. Call it at the top of a test file. */
export function plantStoreContract({ name, make, skips = {} }: PlantStoreContractOptions): void {
  describe(`PlantStore contract: ${name}`, () => {
    let current: StoreUnderTest;
    beforeEach(async ({ skip, task }) => {
      skip(task.name in skips, skips[task.name]);
      current = await make();
      await current.store.beginRun(run);
    });
    afterEach(() => current?.close());
    const under = () => current;

    describeValues(under);
    describeReadings(under);
    describeConflicts(under);
    describePlants(under);
    describeBotanistsAndOrigins(under);
    describeNoticesAndRejections(under);
    describeRunLog(under);
  });
}
