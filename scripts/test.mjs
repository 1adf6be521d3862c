// npm test: install, build, run every workspace's tests and print the sum. `npm test -- --slow` runs the slow ones too.
import { runTests } from "./run-tests.mjs";

const remarks = [];
if (!process.argv.includes("--slow"))
  remarks.push("The slow tests (*.slow.test.ts) were skipped. They run with: npm test -- --slow");
if (!process.env.PLANT_TEST_MSSQL_URL)
  remarks.push("The SQL Server suites were skipped: PLANT_TEST_MSSQL_URL is not set.");
runTests("test", remarks);
