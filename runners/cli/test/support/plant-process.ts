import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { captureOutput, type Ended } from "./capture-output.js";
import { makeFolder } from "./folder.js";

const bin = fileURLToPath(new URL("../../dist/plant.js", import.meta.url));

export interface PlantProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until stdout or stderr matches. */
  until(stream: "stdout" | "stderr", pattern: RegExp): Promise<string>;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Size that no file may exceed, a multiple of 512: a write beyond it fails in the middle, as on a full disk. */
  readonly maxFileBytes?: number;
  /** A shell script in which `"$@"` is the command: `ulimit -n 40; exec "$@" 2>/dev/full`. */
  readonly shell?: string;
}

const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts the built program as a process in a folder of its own, without the tester's environment. */
export function startPlantProcess(args: readonly string[], options: ProcessOptions = {}): PlantProcess {
  const { maxFileBytes } = options;
  const command = [process.execPath, bin, ...args];
  const shell =
    options.shell ??
    (maxFileBytes === undefined ? undefined : `ulimit -f ${maxFileBytes / 512} && exec "$@"`);
  const [file = "", ...rest] = shell === undefined ? command : ["sh", "-c", shell, "sh", ...command];
  const child = spawn(file, rest, {
    cwd: options.cwd ?? makeFolder(),
    env: { PATH: process.env.PATH ?? "", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const output = captureOutput();
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => output.append(name, text));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => {
      running.delete(child);
      resolve({ code, ...output.texts });
    });
  });
  return { child, ended, until: (stream, pattern) => output.until(stream, pattern, ended) };
}

/** Runs the built program as a process; see `plant` for what needs none. */
export async function plantProcess(args: readonly string[], options: ProcessOptions = {}): Promise<Ended> {
  return await startPlantProcess(args, options).ended;
}
