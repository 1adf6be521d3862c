import { contractSuite, type TestRunner } from "@lmnh/plant-schema/testing";
import { describeClaims } from "./catalog/claims.js";
import { describeDays } from "./catalog/days.js";
import type { CatalogUnderTest } from "./catalog/fixtures.js";
import { describeIdentity } from "./catalog/identity.js";
import { describeLateReadings } from "./catalog/late-readings.js";
import { describePages } from "./catalog/pages.js";
import { describeReference } from "./catalog/reference.js";
import { describeRestores } from "./catalog/restores.js";
import { describeTransitions } from "./catalog/transitions.js";

/** The catalog to test. */
export interface ArchiveCatalogContractOptions {
  /** Name of the catalog, for the names of the tests. */
  readonly name: string;
  /** Opens a catalog of an empty database. Called by each test; some call it again, after they have closed the first one. */
  readonly open: () => Promise<CatalogUnderTest>;
}

/** Declares a test of each rule of `ArchiveCatalog`. */
export function archiveCatalogContract(
  runner: TestRunner,
  { name, open }: ArchiveCatalogContractOptions,
): void {
  contractSuite(runner, `${name}: contract of ArchiveCatalog`, open, (suite) => {
    describeClaims(suite);
    describePages(suite);
    describeTransitions(suite);
    describeLateReadings(suite);
    describeRestores(suite);
    describeDays(suite);
    describeIdentity(suite);
    describeReference(suite);
  });
}
