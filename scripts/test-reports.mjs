// Which workspaces have tests, and the sum of the reports that vitest writes into their folders.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./setup.mjs";

/** The workspaces that have an npm script of this name. */
export function workspacesWith(script) {
  return readManifest(".")
    .workspaces.flatMap((path) => (path.endsWith("/*") ? childrenOf(path.slice(0, -2)) : [path]))
    .map((path) => ({ folder: join(root, path), manifest: readManifest(path) }))
    .filter(({ manifest }) => script in (manifest?.scripts ?? {}))
    .map(({ folder, manifest }) => ({ folder, name: manifest.name }));
}

/** Where a workspace's vitest writes its report. */
export function reportOf(folder) {
  return join(folder, "test-report.json");
}

/**
 * Adds the reports up, and describes each failure. A workspace without a report, and a file that does not load, count as
 * one failure.
 */
export function sumReports(folders) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  for (const folder of folders) {
    const { numPassedTests, numFailedTests, numPendingTests, success, testResults = [] } = readReport(folder);
    sum.passed += numPassedTests;
    sum.failed += success ? numFailedTests : Math.max(1, numFailedTests);
    sum.skipped += numPendingTests;
    for (const { name, status, message, assertionResults } of testResults) {
      const failed = assertionResults.filter((test) => test.status === "failed");
      for (const test of failed) failures.push(describe(name, test.fullName, test.failureMessages[0]));
      if (status === "failed" && failed.length === 0) failures.push(describe(name, "", message));
    }
  }
  return { ...sum, failures, text: `${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped` };
}

function describe(file, test, message = "") {
  const lines = message.split("\n").slice(0, 12).join("\n    ");
  return `FAILED: ${relative(root, file)} ${test}\n    ${lines}`;
}

function childrenOf(folder) {
  return readdirSync(join(root, folder)).map((name) => join(folder, name));
}

function readManifest(path) {
  const file = join(root, path, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

function readReport(folder) {
  try {
    return JSON.parse(readFileSync(reportOf(folder), "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, success: false };
  }
}
