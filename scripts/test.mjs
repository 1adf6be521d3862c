// npm test: install, build, run every workspace's tests, and say the sum.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { install, root, turbo } from "./setup.mjs";

const folders = ["schema", ...childrenOf("packages"), ...childrenOf("runners"), "terraform", "examples"];
const reports = folders.map((folder) => join(root, folder, "test-report.json"));

install();
for (const report of reports) rmSync(report, { force: true });
// One workspace after another: tests that watch a clock deserve the machine to themselves.
const status = turbo(["test", "--continue", "--concurrency=1", ...process.argv.slice(2)], { mayFail: true });

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const report of reports) {
  const { numPassedTests, numFailedTests, numPendingTests, success } = read(report);
  sum.passed += numPassedTests;
  // A file that does not even load has no tests to count, and is a failure all the same.
  sum.failed += success ? numFailedTests : Math.max(1, numFailedTests);
  sum.skipped += numPendingTests;
}
if (!process.env.PLANT_TEST_MSSQL_URL)
  console.log("\nThe SQL Server suites were skipped: PLANT_TEST_MSSQL_URL is not set.");
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(sum.failed > 0 ? 1 : status);

function childrenOf(folder) {
  return readdirSync(join(root, folder)).map((name) => join(folder, name));
}

function read(report) {
  try {
    return JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, success: false };
  }
}
