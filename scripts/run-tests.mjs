// Runs one kind of tests in every workspace that has it, and says the sum.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { install, root, turbo } from "./setup.mjs";

/** Ends this process with what the tests ended with; `remark` is said before the sum. */
export function runTests(task, remark) {
  const reports = ["schema", ...childrenOf("packages"), ...childrenOf("runners"), "terraform", "examples"]
    .filter((folder) => hasScript(folder, task))
    .map((folder) => join(root, folder, "test-report.json"));

  install();
  for (const report of reports) rmSync(report, { force: true });
  // One workspace after another: tests that watch a clock deserve the machine to themselves.
  const status = turbo([task, "--continue", "--concurrency=1", ...process.argv.slice(2)], { mayFail: true });

  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reports) {
    const { numPassedTests, numFailedTests, numPendingTests, success } = read(report);
    sum.passed += numPassedTests;
    // A file that does not even load has no tests to count, and is a failure all the same.
    sum.failed += success ? numFailedTests : Math.max(1, numFailedTests);
    sum.skipped += numPendingTests;
  }
  if (remark) console.log(`\n${remark}`);
  console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  process.exit(sum.failed > 0 ? 1 : status);
}

function childrenOf(folder) {
  return readdirSync(join(root, folder)).map((name) => join(folder, name));
}

function hasScript(folder, name) {
  const file = join(root, folder, "package.json");
  return existsSync(file) && name in (JSON.parse(readFileSync(file, "utf8")).scripts ?? {});
}

function read(report) {
  try {
    return JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, success: false };
  }
}
