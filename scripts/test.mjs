// npm test: install, build, run every workspace's tests, and say the sum.
import { runTests } from "./run-tests.mjs";

runTests(
  "test",
  process.env.PLANT_TEST_MSSQL_URL
    ? undefined
    : "The SQL Server suites were skipped: PLANT_TEST_MSSQL_URL is not set.",
);
