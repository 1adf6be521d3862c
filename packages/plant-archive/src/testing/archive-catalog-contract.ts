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
  /** Returns a catalog on an empty database. Called before each test, and by tests that need another one. */
  readonly open: () => Promise<CatalogUnderTest>;
}

/** The contract of `ArchiveCatalog`, as vitest tests. Call it at the top level of a test file. */
export function archiveCatalogContract({ name, open }: ArchiveCatalogContractOptions): void {
  describe(`${name}: contract of ArchiveCatalog`, () => {
    let current: CatalogUnderTest;
    beforeEach(async () => {
      current = await open();
    });
    afterEach(() => current.close());
    const under = () => current;
    const renew = async () => {
      await current.close();
      current = await open();
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
