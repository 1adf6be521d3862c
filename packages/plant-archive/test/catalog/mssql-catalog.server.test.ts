import { afterAll, beforeAll, describe, test } from "vitest";
import { archiveCatalogContract } from "../../src/testing/archive-catalog-contract.js";
import { createMssqlCatalog, mssqlUrl } from "../support/mssql-catalog.js";

describe.skipIf(mssqlUrl === undefined)("on SQL Server (skipped unless PLANT_TEST_MSSQL_URL is set)", () => {
  let made: Awaited<ReturnType<typeof createMssqlCatalog>>;
  beforeAll(async () => {
    made = await createMssqlCatalog(mssqlUrl ?? "");
  });
  afterAll(() => made?.close(), 60_000);

  archiveCatalogContract({ describe, test }, { name: "SQL Server", open: () => made.openEmpty() });
});
