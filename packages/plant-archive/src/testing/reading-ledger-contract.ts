import { afterEach, beforeEach, describe } from "vitest";
import { describeClaims } from "./ledger/claims.js";
import { describeDays } from "./ledger/days.js";
import { describeIdentity } from "./ledger/identity.js";
import { describeLateReadings } from "./ledger/late-readings.js";
import { describePages } from "./ledger/pages.js";
import { describeReference } from "./ledger/reference.js";
import { describeRestores } from "./ledger/restores.js";
import { describeTransitions } from "./ledger/transitions.js";
import type { LedgerUnderTest } from "./ledger/under-test.js";

export interface ReadingLedgerContractOptions {
  readonly name: string;
  /** Called before each test, and again where one needs an empty database in place of its first. */
  readonly make: () => Promise<LedgerUnderTest>;
}

/** What every `ReadingLedger` must do, as vitest tests: call it at the top of a test file. */
export function readingLedgerContract({ name, make }: ReadingLedgerContractOptions): void {
  describe(`${name} keeps the contract of a reading ledger`, () => {
    let made: LedgerUnderTest;
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
