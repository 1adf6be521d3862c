// npm run test:packed: packs the public packages as npm would publish them, checks what they declare with publint and
// attw, puts them into a project outside the repository, and uses every entry from ESM, from CJS, from a bundle and from
// TypeScript, with the adapters of examples/own-adapters. The project has no dependency that the packages do not declare,
// and an entry that needs no optional peer is used without any. An editor's "go to definition" has to open src/. It reads
// dist/: build first. `--all` repeats it on Node 22 and 24 and with TypeScript 7, which it installs into .cache once.
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { installNode, nodeVersions } from "./install-node.mjs";
import { root, run } from "./setup.mjs";

const all = process.argv.includes("--all");
const url = "https://github.com/lmnh/plant-pipeline";
const folders = ["schema", ...readdirSync(join(root, "packages")).map((name) => `packages/${name}`)].filter(
  (folder) => existsSync(join(root, folder, "package.json")) && !manifestOf(join(root, folder)).private,
);
/** Entries that are of no use without an optional peer, and these peers. */
const optional = {
  "@lmnh/plant-archive/s3": ["@aws-sdk/client-s3", "@aws-sdk/lib-storage"],
  "@lmnh/plant-health/ses": ["@aws-sdk/client-sesv2"],
  "@lmnh/plant-health/sns": ["@aws-sdk/client-sns"],
  "@lmnh/plant-etl/opentelemetry": ["@opentelemetry/api"],
};

const problems = [];
const work = mkdtempSync(join(tmpdir(), "plant-packed-"));
try {
  const [cli, ...packed] = pack(["runners/cli", ...folders]);
  await checkManifest(cli);
  for (const one of packed) {
    await checkManifest(one);
    await checkTypesOfEntries(one);
  }
  const plain = createProject("plain", packed, false);
  const full = createProject("full", packed, true);
  await checkDefinitions(plain);
  for (const { folder, name } of packed) checkFiles(join(full.folder, "node_modules", name), folder);
  const nodes = [
    process.execPath,
    ...(all ? Object.keys(nodeVersions).map((major) => join(installNode(major), "node")) : []),
  ];
  const compilers = [
    join(root, "node_modules", "typescript", "bin", "tsc"),
    ...(all ? [installTypeScript("7.0.2")] : []),
  ];
  for (const project of [plain, full]) {
    for (const node of nodes) runEntries(project, node);
    for (const compiler of compilers) compile(project, compiler);
  }
} finally {
  if (process.env.PLANT_KEEP_PACKED) console.error(work);
  else rmSync(work, { recursive: true });
}
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function pack(folders) {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", work];
  const workspaces = folders.flatMap((folder) => ["--workspace", folder]);
  const { stdout, status, stderr } = spawnSync("npm", [...args, ...workspaces], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const tarballs = JSON.parse(stdout);
  return folders.map((folder) => {
    const manifest = manifestOf(join(root, folder));
    const { filename, size, unpackedSize, entryCount } = tarballs.find(({ name }) => name === manifest.name);
    console.log(`${manifest.name}: ${entryCount} files, ${kB(size)} packed, ${kB(unpackedSize)} unpacked`);
    return { folder, name: manifest.name, manifest, tarball: join(work, filename) };
  });
}

async function checkManifest({ name, tarball }) {
  const { buffer } = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: buffer } });
  for (const message of messages)
    if (message.type === "error") problems.push(`${name}: ${formatMessage(message, pkg)}`);
}

/** What a compiler finds by each resolution but that of Node 10, which does not read `exports`. */
async function checkTypesOfEntries({ name, tarball }) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (!analysis.types) problems.push(`${name} has no types`);
  for (const problem of analysis.problems ?? [])
    if (problem.resolutionKind !== "node10") problems.push(`${name}: ${JSON.stringify(problem)}`);
}

function kB(bytes) {
  return `${Math.round(bytes / 1000)} kB`;
}

/** A project with the packages and with what they declare: by npm it would take the network. */
function createProject(kind, packed, withOptional) {
  const folder = join(work, kind);
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const wanted = new Set(["@types/node", "undici-types"]);
  for (const { name, manifest, tarball } of packed) {
    const target = join(modules, name);
    mkdirSync(target, { recursive: true });
    run("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies }))
      if (withOptional || !peerDependenciesMeta[dependency]?.optional) wanted.add(dependency);
  }
  for (const name of wanted) {
    if (name.startsWith("@lmnh/")) continue;
    const nested = packed.map(({ folder }) => join(root, folder, "node_modules", name)).find(existsSync);
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(nested ?? join(root, "node_modules", name), join(modules, name), "junction");
  }
  const entries = packed
    .flatMap(({ name, manifest }) => Object.keys(manifest.exports).map((entry) => name + entry.slice(1)))
    .filter((entry) => withOptional || !(entry in optional));
  return { kind, folder, entries };
}

/** Links of a README, which a registry shows, and sources of source maps. */
function checkFiles(installed, folder) {
  for (const [, target] of readFileSync(join(installed, "README.md"), "utf8").matchAll(
    /\]\(([^)#\s]+)[^)]*\)/g,
  )) {
    const [, path] = new RegExp(`^${url}/(?:blob|tree)/main/(.+)$`).exec(target) ?? [];
    const exists = path
      ? existsSync(join(root, path))
      : /^https?:/.test(target) || existsSync(join(installed, target));
    if (!exists)
      problems.push(`${folder}/README.md: ${target} is not in the package, and no absolute URL that exists`);
  }
  for (const file of readdirSync(join(installed, "dist")).filter((name) => /\.map$/.test(name))) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(installed, "dist", file), "utf8"));
    if (sourcesContent?.some((text) => text !== null))
      problems.push(`${folder}/dist/${file} has a copy of the sources`);
    const missing = sources.find(
      (path) => path.startsWith("../src/") && !existsSync(join(installed, "dist", path)),
    );
    if (missing) problems.push(`${folder}/dist/${file} refers to ${missing}, which is not in the package`);
  }
}

function runEntries({ kind, folder, entries }, node) {
  const names = JSON.stringify(entries);
  writeFileSync(
    join(folder, "esm.mjs"),
    `import { createRequire } from "node:module";
${entries.map((entry, index) => `import * as e${index} from "${entry}";`).join("\n")}
const require = createRequire(import.meta.url);
const entries = ${names};
const modules = [${entries.map((_, index) => `e${index}`).join(", ")}];
for (const [index, entry] of entries.entries()) {
  const esm = Object.keys(modules[index]).filter((name) => name !== "default" && name !== "module.exports").sort().join();
  const cjs = Object.keys(require(entry)).sort().join();
  if (esm === "" || esm !== cjs) throw new Error(entry + " exports " + esm + " to ESM and " + cjs + " to CJS");
}
const esm = modules[entries.indexOf("@lmnh/plant-schema")];
const cjs = require("@lmnh/plant-schema");
const error = new cjs.PlantSchemaError("URL_INVALID", "abort", "x");
if (error instanceof esm.PlantSchemaError || !esm.isPlantError(error)) throw new Error("isPlantError does not know another copy");
`,
  );
  writeFileSync(
    join(folder, "bundled.mjs"),
    `${entries.map((entry, index) => `import * as e${index} from "${entry}";`).join("\n")}
for (const module of [${entries.map((_, index) => `e${index}`).join(", ")}]) if (Object.keys(module).length === 0) throw new Error("empty");
`,
  );
  const esbuild = join(root, "node_modules", "esbuild", "bin", "esbuild");
  const external = ["libsql", "tedious", "tarn", "@aws-sdk/*", "@opentelemetry/*"].map(
    (name) => `--external:${name}`,
  );
  expectSuccess(`${kind}, ESM and CJS`, node, ["--no-warnings", "esm.mjs"], folder);
  for (const format of ["esm", "cjs"]) {
    const out = `bundle.${format === "esm" ? "mjs" : "cjs"}`;
    const args = [
      "bundled.mjs",
      "--bundle",
      "--platform=node",
      "--log-level=error",
      `--format=${format}`,
      `--outfile=${out}`,
    ];
    // A bundle has no node_modules around a CommonJS dependency that requires Node's modules.
    const banner =
      format === "esm"
        ? [
            "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
          ]
        : ["--log-override:empty-import-meta=silent"];
    expectSuccess(`${kind}, bundle as ${format}`, esbuild, [...args, ...external, ...banner], folder);
    expectSuccess(`${kind}, bundle as ${format} on ${node}`, node, [out], folder);
  }
}

function compile({ kind, folder, entries }, compiler) {
  const source = `${entries.map((entry, index) => `import * as e${index} from "${entry}";`).join("\n")}
export const all = [${entries.map((_, index) => `e${index}`).join(", ")}];
import { runEtl, type RunEtlOptions } from "@lmnh/plant-etl";
export const withUndefined = (options: RunEtlOptions) => runEtl({ ...options, clock: undefined, runId: undefined, signal: undefined });
`;
  // Under NodeNext the type of the package decides which of the two builds a file imports.
  for (const type of ["module", "commonjs"]) {
    const adapters = join(root, "examples", "own-adapters");
    for (const file of readdirSync(adapters).filter((name) => /(?<!\.test)\.ts$/.test(name)))
      cpSync(join(adapters, file), join(folder, type, file));
    writeFileSync(join(folder, type, "package.json"), JSON.stringify({ type }));
    writeFileSync(join(folder, type, "entries.ts"), source);
    writeFileSync(
      join(folder, type, "runner.ts"),
      'import { describe, test } from "node:test";\nimport { declareContracts } from "./contracts.js";\n\ndeclareContracts({ describe, test });\n',
    );
  }
  const resolutions = [["nodenext", "nodenext", ["module", "commonjs"]]];
  // It reads the same files as NodeNext, and without peers no others.
  if (kind === "full") resolutions.push(["esnext", "bundler", ["module"]]);
  for (const [module, moduleResolution, include] of resolutions) {
    const options = {
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      target: "es2022",
      lib: ["es2023"],
      types: ["node"],
      module,
      moduleResolution,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include }));
    const what = `${kind}, types with ${moduleResolution}, TypeScript ${manifestOf(join(compiler, "../..")).version}`;
    expectSuccess(what, process.execPath, [compiler, "-p", "."], folder);
  }
}

/** Asks TypeScript's server, as an editor does, for the definition of everything that the entries export. */
async function checkDefinitions(project) {
  const folder = join(project.folder, "definitions");
  mkdirSync(folder);
  const options = { strict: true, noEmit: true, target: "es2022", module: "nodenext", types: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options }));
  const require = createRequire(join(folder, "use.mts"));
  const uses = project.entries.flatMap((entry, index) =>
    Object.keys(require(entry)).map((name) => ({ entry, name, prefix: `e${index}.` })),
  );
  const lines = [
    ...uses.map(({ name, prefix }) => `${prefix}${name};`),
    ...project.entries.map((entry, index) => `import * as e${index} from "${entry}";`),
  ];
  const file = join(folder, "use.mts");
  writeFileSync(file, lines.join("\n"));
  const requests = [
    { command: "open", arguments: { file } },
    ...uses.map(({ prefix }, index) => ({
      command: "definition",
      arguments: { file, line: index + 1, offset: prefix.length + 1 },
    })),
  ];
  const server = join(root, "node_modules", "typescript", "lib", "tsserver.js");
  const child = spawn(process.execPath, [server, "--disableAutomaticTypingAcquisition"], { cwd: folder });
  child.stdin.write(
    requests.map((request, seq) => `${JSON.stringify({ seq, type: "request", ...request })}\n`).join(""),
  );
  let answered = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"command":"definition"')) continue;
    const { request_seq, body } = JSON.parse(line);
    const { entry, name } = uses[request_seq - 1];
    const [definition] = body ?? [];
    const source = definition && readFileSync(definition.file, "utf8").split("\n")[definition.start.line - 1];
    if (!definition?.file.includes("/src/") || !source.slice(definition.start.offset - 1).startsWith(name))
      problems.push(`${entry}: the definition of ${name} is in ${definition?.file}: ${source}`);
    answered += 1;
    // The server ends with its input, whatever it has not answered.
    if (answered === uses.length) child.stdin.end();
  }
  if (answered < uses.length) problems.push("TypeScript's server ended before it had answered");
  console.log(`${answered} definitions`);
}

function expectSuccess(what, command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (error) throw error;
  if (status === 0) console.log(`ok: ${what}`);
  else problems.push(`FAILED: ${what}\n${`${stdout}${stderr}`.split("\n").slice(0, 20).join("\n")}`);
}

function installTypeScript(version) {
  const folder = join(root, ".cache", `typescript-${version}`);
  const compiler = join(folder, "node_modules", "typescript", "bin", "tsc");
  if (existsSync(compiler)) return compiler;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  run(
    "npm",
    [
      "install",
      `typescript@${version}`,
      "--save-exact",
      "--workspaces=false",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ],
    { cwd: folder, timeout: 600_000 },
  );
  return compiler;
}
