// npm run bench -- [NAME …] [options]: builds what is measured, and runs the benchmarks of bench/. See --help.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { benchmarks } from "../bench/harness/benchmarks.mjs";
import { helpText, readCommandLine, UsageError } from "../bench/harness/command-line.mjs";
import { install, turbo } from "./setup.mjs";

const args = process.argv.slice(2);
if (args[0] === "health") {
  build();
  const health = fileURLToPath(new URL("../bench/health.mjs", import.meta.url));
  process.exit(spawnSync(process.execPath, [health, ...args.slice(1)], { stdio: "inherit" }).status ?? 1);
}
const commandLine = read();
if (commandLine.help) console.log(helpText(benchmarks));
else {
  build();
  const { main } = await import("../bench/harness/main.mjs");
  await main(commandLine);
}

function read() {
  try {
    return readCommandLine(args, benchmarks);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nSee: npm run bench -- --help`);
    return process.exit(2);
  }
}

function build() {
  install();
  // On stderr: with --json, stdout is one document.
  turbo(["build:js", "--output-logs=errors-only"], { stdio: ["inherit", 2, 2] });
}
