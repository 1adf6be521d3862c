import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rotate, summarizeRounds } from "./statistics.mjs";

const runWay = fileURLToPath(new URL("run-way.mjs", import.meta.url));

/**
 * Runs a way, or a step of the preparation, in a process of its own. What it prints goes to stderr: stdout is for the result.
 *
 * @throws if the process ends without figures
 */
export async function inProcess(name, task, options, context) {
  const child = fork(runWay, { stdio: ["ignore", 2, 2, "ipc"] });
  child.send({ name, task, options, context });
  return await new Promise((resolve, reject) => {
    child.once("message", ({ figures }) => resolve(figures));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${name}: ${task} ended with ${code}`)));
  });
}

/** Runs every way once a round. */
export async function runBenchmark(benchmark, options, onProgress) {
  const { name, title, alternative, measures, ways } = benchmark;
  const startedMs = performance.now();
  onProgress(`${name}: preparing`);
  const { context, release } = await benchmark.prepare(options);
  const rounds = [];
  try {
    for (let round = 0; round < options.rounds; round++) {
      const figures = {};
      for (const way of rotate(Object.keys(ways), round)) {
        onProgress(`${name}: round ${round + 1} of ${options.rounds}: ${way}`);
        figures[way] = await inProcess(name, way, options, context);
      }
      rounds.push(Object.fromEntries(Object.keys(ways).map((way) => [way, figures[way]])));
    }
  } finally {
    await release();
  }
  return {
    name,
    title,
    description: describeRun(benchmark, options),
    options,
    alternative,
    columns: Object.entries(measures).map(([key, measure]) => ({ key, compared: false, ...measure })),
    rows: summarizeRounds(rounds, benchmark),
    seconds: Math.round((performance.now() - startedMs) / 1000),
  };
}

/** What is measured, in one paragraph. */
export function describeRun({ describe }, options) {
  return `${describe(options)} ${options.rounds === 1 ? "One round" : `${options.rounds} rounds`}.`;
}

/** Wall time and processor time of this process, and its peak memory up to the end. */
export async function measure(work) {
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  await work();
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(startedCpu);
  return { wallMs, cpuMs: (user + system) / 1000, peakMb: peakMb() };
}

function peakMb() {
  // Linux counts the memory of the parent process in maxRSS.
  const peakKb = /VmHWM:\s+(\d+)/.exec(statusOfProcess())?.[1] ?? process.resourceUsage().maxRSS;
  return Number(peakKb) / 1024;
}

function statusOfProcess() {
  try {
    return readFileSync("/proc/self/status", "utf8");
  } catch {
    return "";
  }
}
