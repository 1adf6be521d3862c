import { afterAll, beforeAll, describe } from "vitest";
import { plantStoreContract } from "../src/testing/store-contract.js";
import { createMssqlDatabase, mssqlUrl, openEmptyStore } from "./helpers/mssql-store.js";

describe.skipIf(mssqlUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  let made: Awaited<ReturnType<typeof createMssqlDatabase>>;
  beforeAll(async () => {
    made = await createMssqlDatabase(mssqlUrl ?? "");
  }, 60_000);
  afterAll(() => made?.close());

  plantStoreContract({ name: "The SQL Server store", make: () => openEmptyStore(made.database) });
});
