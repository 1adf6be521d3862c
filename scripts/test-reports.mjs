// Which workspaces have tests, and the sum of the reports that vitest writes into their folders.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

/** The workspaces that have an npm script of this name. */
export function workspacesWith(script) {
  return ["schema", ...childrenOf("packages"), ...childrenOf("runners"), "terraform", "examples"]
    .map((path) => ({ folder: join(root, path), manifest: readManifest(path) }))
    .filter(({ manifest }) => script in (manifest?.scripts ?? {}))
    .map(({ folder, manifest }) => ({ folder, name: manifest.name }));
}

/** Where a workspace's vitest writes its report. */
export function reportOf(folder) {
  return join(folder, "test-report.json");
}

/** Adds the reports up. A workspace without a report, and a file that does not load, count as one failure. */
export function sumReports(folders) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const folder of folders) {
    const { numPassedTests, numFailedTests, numPendingTests, success } = readReport(folder);
    sum.passed += numPassedTests;
    sum.failed += success ? numFailedTests : Math.max(1, numFailedTests);
    sum.skipped += numPendingTests;
  }
  return { ...sum, text: `${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped` };
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
