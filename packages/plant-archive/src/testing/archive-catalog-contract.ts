import { afterEach, beforeEach, describe } from "vitest";
import { describeClaims } from "./catalog/claims.js";
import { describeDays } from "./catalog/days.js";
import type { CatalogUnderTest } from "./catalog/fixtures.js";
import { describeIdentity } from "./catalog/identity.js";
import { describeLateReadings } from "./catalog/late-readings.js";
import { describePages } from "./catalog/pages.js";
import { describeReference } from "./catalog/reference.js";
import { describeRestores } from "./catalog/restores.js";
import { describeTransitions } from "./catalog/transitions.js";

export interface ArchiveCatalogContractOptions {
  readonly name: string;
  /** Called before each test, and again where one needs an empty database in place of its first. */
  readonly make: () => Promise<CatalogUnderTest>;
}

/** What every `ReadingLedger` must do, as vitest tests: call it at the top of a test file. */
export function archiveCatalogContract({ name, make }: ArchiveCatalogContractOptions): void {
  describe(`${name} keeps the contract of a reading ledger`, () => {
    let made: CatalogUnderTest;
    beforeEach(async () => {
      made = await make();
    });
    afterEach(() => made.close());
    const under = () => made;
    const renew = async () => {
      await made.close();
      made = await make();
    };

    describeClaims(under);
    describePages(under);
    describeTransitions(under);
    describeLateReadings(under);
    describeRestores(under, renew);
    describeDays(under);
    describeIdentity(under);
    describeReference(under, renew);
  });
}
