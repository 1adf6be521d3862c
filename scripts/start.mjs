// npm start: installs the dependencies, builds the command line and runs its demo. What is up to date is skipped.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { install, root, run } from "./setup.mjs";

const cli = join(root, "runners", "cli");
const dist = join(cli, "dist");
const stamp = join(root, "node_modules", ".cache", "plant-start");

/** What the bundle in `dist` is made of. */
const sources = [
  "package-lock.json",
  "tsconfig.base.json",
  "runners/cli/package.json",
  "runners/cli/tsup.config.ts",
  "runners/cli/build",
  "runners/cli/src",
  "schema/migrations",
  "schema/seed",
  "schema/src",
  "packages/museum-simulator/src",
  "packages/plant-archive/build",
  "packages/plant-archive/src",
  "packages/plant-etl/src",
  "packages/plant-health/src",
  "packages/plant-runtime/src",
];

step("dependencies", install);
step("build", () => {
  if (readOrNull(stamp) === currentState()) return;
  // Without types: nothing imports the command line.
  const tsup = join(root, "node_modules", "tsup", "dist", "cli-default.js");
  run(process.execPath, [tsup, "--no-dts", "--silent"], { cwd: cli, shell: false });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, currentState());
});
run(process.execPath, [join(dist, "plant.js"), "demo", ...process.argv.slice(2)], { shell: false });

/** Runs a step and prints its name and its time. */
function step(name, act) {
  const startMs = performance.now();
  act();
  console.error(`${name.padEnd(13)}${((performance.now() - startMs) / 1000).toFixed(1).padStart(5)} s`);
}

/** A digest of the sources' content and of the names and sizes in `dist`, whose chunks are named by their content. */
function currentState() {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((path) => filesIn(join(root, path))))
    hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  for (const file of filesIn(dist)) hash.update(`${file} ${statSync(file).size}\n`);
  return hash.digest("hex");
}

/** The files of a folder, or the file itself; none if there is nothing. */
function filesIn(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (stats.isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readOrNull(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
