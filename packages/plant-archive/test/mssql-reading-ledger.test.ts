import { afterAll, beforeAll, describe } from "vitest";
import { readingLedgerContract } from "../src/testing/reading-ledger-contract.js";
import { createMssqlLedger, mssqlUrl } from "./helpers/mssql-ledger.js";

describe.skipIf(mssqlUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  let made: Awaited<ReturnType<typeof createMssqlLedger>>;
  beforeAll(async () => {
    made = await createMssqlLedger(mssqlUrl ?? "");
  });
  afterAll(() => made?.close(), 60_000);

  readingLedgerContract({ name: "The SQL Server ledger", make: () => made.openEmpty() });
});
