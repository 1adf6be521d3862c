// The client that AWS runs handlers with, aws-lambda-ric, for the tests of runners/lambda. It is no dependency of the
// workspace: its engines exclude Node 20, and npm would compile its C++ at every install. It is installed once, into
// .cache, by the lock file in runners/lambda/test/runtime-client, with a JavaScript replacement for the compiled part;
// `node scripts/lambda-runtime.mjs --native` compiles that part.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { run } from "./setup.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tests = join(root, "runners", "lambda", "test");
const manifest = join(tests, "runtime-client");
const { version } = JSON.parse(readFileSync(join(manifest, "package-lock.json"), "utf8")).packages[
  "node_modules/aws-lambda-ric"
];
const folder = join(root, ".cache", `aws-lambda-ric-${version}`);
const replacement = join(tests, "support", "native-half.cjs");

const installMinutes = 10;
const compileMinutes = 20;

/** What npm compiles with, and the Debian packages that have it. */
const tools = ["autoreconf", "automake", "libtoolize", "cmake", "make", "g++", "python3", "xz"];
const packages = ["autoconf", "automake", "libtool", "cmake", "make", "g++", "python3", "xz-utils"];

/** The installed client, and whether its native part is compiled; `null` before it is installed. */
export function findRuntimeClient() {
  const home = join(folder, "node_modules", "aws-lambda-ric");
  const addon = join(home, "rapid-client.node");
  if (!existsSync(addon)) return null;
  return { version, entry: join(home, "index.mjs"), native: !existsSync(join(addon, "index.js")) };
}

/** Installs the client unless it is installed. Ends the process where npm fails or takes longer than ten minutes. */
export function installRuntimeClient() {
  if (findRuntimeClient() !== null) return;
  console.error(
    `Installing AWS's Lambda runtime client for the tests (once, at most ${installMinutes} min) …`,
  );
  try {
    installInto(folder, { native: false });
  } catch (error) {
    console.error(error.message);
    process.exit(75);
  }
}

function installInto(target, { native }) {
  const made = `${target}.${process.pid}`;
  mkdirSync(made, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(manifest, file), join(made, file));
  const args = [
    "ci",
    "--workspaces=false",
    "--engine-strict=false",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  try {
    run("npm", native ? args : [...args, "--ignore-scripts"], {
      cwd: made,
      stdio: ["ignore", "ignore", "inherit"],
      timeout: (native ? compileMinutes : installMinutes) * 60_000,
      env: { ...process.env, ...ownHeaders() },
      mayThrow: true,
    });
    const addon = join(made, "node_modules", "aws-lambda-ric", "rapid-client.node");
    if (native && !existsSync(addon)) throw new Error("npm has not compiled it");
    if (!native) {
      // Node loads a folder of the addon's name as it would load the addon.
      cpSync(replacement, join(addon, "index.js"));
      cpSync(join(tests, "support", "native-half.json"), join(addon, "package.json"));
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(made, target);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Headers that came with Node, where they did: a registry alone has no others. */
function ownHeaders() {
  const home = resolve(process.execPath, "..", "..");
  return existsSync(join(home, "include", "node", "node_api.h")) ? { npm_config_nodedir: home } : {};
}

function missingTools() {
  return tools.filter((tool) => spawnSync(tool, ["--version"], { stdio: "ignore" }).error !== undefined);
}

/** Compiles the native part. Where that is impossible it prints why, and leaves the replacement in place. */
function compile() {
  if (findRuntimeClient()?.native) return;
  try {
    if (missingTools().length > 0) {
      const options = {
        stdio: ["ignore", "ignore", "inherit"],
        timeout: compileMinutes * 60_000,
        mayThrow: true,
      };
      run("apt-get", ["update", "-qq"], options);
      run("apt-get", ["install", "-qq", "-y", "--no-install-recommends", ...packages], options);
    }
    installInto(folder, { native: true });
  } catch (error) {
    const missing = missingTools();
    console.error(
      `aws-lambda-ric ${version} could not be compiled (${error.message})${missing.length > 0 ? `; missing: ${missing.join(", ")}` : ""}.`,
    );
  }
}

export function describeRuntimeClient({ native }) {
  return native
    ? `aws-lambda-ric ${version}, with its native part`
    : `aws-lambda-ric ${version}, with a JavaScript replacement for its native part`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (process.argv.includes("--native")) compile();
  installRuntimeClient();
  console.log(`The Lambda's tests run in ${describeRuntimeClient(findRuntimeClient())}.`);
}
