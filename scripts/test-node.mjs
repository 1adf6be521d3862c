// npm run test:node -- 22|24 [WORKSPACE …]: the tests of some or all workspaces on another Node, which the npm registry has
// for Linux on x64. AWS Lambda runs Node 24; the CLI runs on every Node from 20.
import { rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installNode, nodeVersions } from "./install-node.mjs";
import { installRuntimeClient } from "./lambda-runtime.mjs";
import { install, root, run, turbo } from "./setup.mjs";
import { reportOf, sumReports, workspacesWith } from "./test-reports.mjs";

const [major = "", ...names] = process.argv.slice(2);
const version = nodeVersions[major];
if (version === undefined) {
  console.error(`Name a Node: ${Object.keys(nodeVersions).join(" or ")}.`);
  process.exit(2);
}

const workspaces = workspacesWith("test");
const unknown = names.find((wanted) => !workspaces.some(({ name }) => name === wanted));
if (unknown !== undefined) {
  console.error(
    `${unknown} is not a workspace with tests: ${workspaces.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}

install();
installRuntimeClient();
const bin = installNode(major);
turbo(["build", "--output-logs=errors-only"]);

const folders = workspaces.filter(({ name }) => names.length === 0 || names.includes(name));
let status = 0;
for (const { folder, name } of folders) {
  console.log(`\n${name} on Node ${version}`);
  rmSync(reportOf(folder), { force: true });
  const ended = run(join(bin, "node"), [join(root, "node_modules", "vitest", "vitest.mjs"), "run"], {
    cwd: folder,
    // Tests start processes by name as well.
    env: { ...process.env, PLANT_TEST_SLOW: "1", PATH: `${bin}${delimiter}${process.env.PATH}` },
    mayFail: true,
  });
  if (ended !== 0) status = 1;
}
const { failures, text } = sumReports(folders.map(({ folder }) => folder));
for (const failure of failures) console.log(`\n${failure}`);
console.log(`\n${text}`);
process.exit(status);
