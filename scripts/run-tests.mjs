// Runs one kind of tests in every workspace that has it, and prints the sum.
import { rmSync } from "node:fs";
import { installRuntimeClient } from "./lambda-runtime.mjs";
import { install, turbo } from "./setup.mjs";
import { reportOf, sumReports, workspacesWith } from "./test-reports.mjs";

/** Ends this process with the tests' status; prints `remarks` before the sum. */
export function runTests(script, remarks = []) {
  const options = process.argv.slice(2);
  if (options.includes("--slow")) process.env.PLANT_TEST_SLOW = "1";
  const folders = workspacesWith(script).map(({ folder }) => folder);

  install();
  installRuntimeClient();
  for (const folder of folders) rmSync(reportOf(folder), { force: true });
  // One workspace after another, each with some processes of its own: more at once would only wait for each other.
  const status = turbo(
    [script, "--continue", "--concurrency=1", ...options.filter((option) => option !== "--slow")],
    { mayFail: true },
  );

  const { failed, failures, text } = sumReports(folders);
  for (const failure of failures) console.log(`\n${failure}`);
  for (const remark of remarks) console.log(`\n${remark}`);
  console.log(`\n${text}`);
  process.exit(failed > 0 ? 1 : status);
}
