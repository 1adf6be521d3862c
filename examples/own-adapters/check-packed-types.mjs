// Packs the packages, installs them in a project outside the checkout that has these adapters, and compiles it with
// skipLibCheck off, as a service would that depends on the packages. They have to be built, types included.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const here = import.meta.dirname;
const root = join(here, "../..");
const project = mkdtempSync(join(tmpdir(), "packed-types-"));
const packages = ["schema", "packages/plant-etl", "packages/plant-archive", "packages/plant-health"];
const run = (/** @type {string} */ command, /** @type {string[]} */ ...args) =>
  execFileSync(command, args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const readJson = (/** @type {string} */ file) => JSON.parse(readFileSync(file, "utf8"));

try {
  // Everything but these packages is linked: only what a manifest names, so that nothing else can be needed.
  const linked = new Set(["@types/node", "undici-types"]);
  for (const folder of packages) {
    run("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", project, join(root, folder));
    const { name, version, dependencies = {}, ...manifest } = readJson(join(root, folder, "package.json"));
    const target = join(project, "node_modules", name);
    mkdirSync(target, { recursive: true });
    const tarball = `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
    run("tar", "-xzf", tarball, "-C", target, "--strip-components=1");
    const { peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
    const peers = Object.keys(peerDependencies).filter(
      (peer) => peerDependenciesMeta[peer]?.optional !== true,
    );
    for (const dependency of [...Object.keys(dependencies), ...peers])
      if (!dependency.startsWith("@lmnh/")) linked.add(dependency);
  }
  for (const name of linked) {
    const link = join(project, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link, "junction");
  }

  // Under NodeNext the type of the package decides which of the two builds a file imports.
  for (const type of ["module", "commonjs"]) {
    const folder = join(project, type);
    mkdirSync(folder);
    for (const file of readdirSync(here))
      if (file.endsWith(".ts") && !file.endsWith(".test.ts")) cpSync(join(here, file), join(folder, file));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type }));
    writeFileSync(
      join(folder, "main.ts"),
      'import { describe, test } from "node:test";\nimport { declareContracts } from "./contracts.js";\n\ndeclareContracts({ describe, test });\n',
    );
  }
  const compilerOptions = {
    target: "ES2022",
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    types: ["node"],
  };
  for (const [module, moduleResolution, include] of [
    ["ESNext", "bundler", ["module"]],
    ["NodeNext", "NodeNext", ["module", "commonjs"]],
  ]) {
    const config = { compilerOptions: { ...compilerOptions, module, moduleResolution }, include };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
    try {
      run(process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", project);
      console.log(`${moduleResolution}: the types of the packed packages are accepted`);
    } catch (error) {
      console.error(
        `${moduleResolution}:\n${error instanceof Error && "stdout" in error ? error.stdout : error}`,
      );
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(project, { recursive: true, force: true });
}
