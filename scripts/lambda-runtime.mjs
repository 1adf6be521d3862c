// The client that AWS runs handlers with, aws-lambda-ric, for the tests of runners/lambda. It is no dependency: a part of
// it is C++, which npm would compile for everybody at every install. Here it is installed when it is first needed,
// without that part, for which a stand-in in JavaScript is put; `node scripts/lambda-runtime.mjs --native` compiles it.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const version = "4.0.2";
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, ".cache", `aws-lambda-ric-${version}`);
const standIn = join(root, "runners", "lambda", "test", "support", "native-half.cjs");

/** What npm compiles with, and the Debian packages that have it. */
const tools = ["autoreconf", "automake", "libtoolize", "cmake", "make", "g++", "python3", "xz"];
const packages = ["autoconf", "automake", "libtool", "cmake", "make", "g++", "python3", "xz-utils"];

/** Where the client is, installed before if need be, and whether its native half is its own. */
export function runtimeClient() {
  const found = look();
  if (found !== null) return found;
  install({ native: false });
  return look();
}

function look() {
  const home = join(folder, "node_modules", "aws-lambda-ric");
  const half = join(home, "rapid-client.node");
  if (!existsSync(half)) return null;
  return { version, entry: join(home, "index.mjs"), native: !existsSync(join(half, "index.js")) };
}

function install({ native }) {
  const made = `${folder}.${process.pid}`;
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, "package.json"), '{ "private": true }\n');
  const args = ["install", `aws-lambda-ric@${version}`, "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    // Its engines name the Node of the Lambda; the tests run on all that the project does.
    run("npm", [...args, "--engine-strict=false", ...(native ? [] : ["--ignore-scripts"])], made);
    const half = join(made, "node_modules", "aws-lambda-ric", "rapid-client.node");
    if (native && !existsSync(half)) throw new Error("npm has not compiled it");
    if (!native) {
      // A folder of the addon's name is loaded as the addon would be.
      mkdirSync(half);
      writeFileSync(join(half, "package.json"), '{ "type": "commonjs" }\n');
      cpSync(standIn, join(half, "index.js"));
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function run(command, args, cwd) {
  // Headers that came with Node, where they did: without the internet, none others are to be had.
  const home = resolve(process.execPath, "..", "..");
  const own = existsSync(join(home, "include", "node", "node_api.h")) ? { npm_config_nodedir: home } : {};
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
    env: { ...process.env, ...own },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}`);
}

function missingTools() {
  return tools.filter((tool) => spawnSync(tool, ["--version"], { stdio: "ignore" }).error !== undefined);
}

/** Compiles the native half; says why where it cannot, and leaves the stand-in in its place. */
function compile() {
  if (look()?.native) return;
  try {
    if (missingTools().length > 0) {
      run("apt-get", ["update", "-qq"]);
      run("apt-get", ["install", "-qq", "-y", "--no-install-recommends", ...packages]);
    }
    install({ native: true });
  } catch (error) {
    const lacking = missingTools();
    console.error(
      `aws-lambda-ric ${version} could not be compiled (${error.message})${lacking.length > 0 ? `; missing: ${lacking.join(", ")}` : ""}.`,
    );
  }
}

export function describeRuntimeClient({ native }) {
  return native
    ? `aws-lambda-ric ${version}, with its native half`
    : `aws-lambda-ric ${version}, with a stand-in for its native half`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (process.argv.includes("--native")) compile();
  console.log(`The Lambda's tests run in ${describeRuntimeClient(runtimeClient())}.`);
}
