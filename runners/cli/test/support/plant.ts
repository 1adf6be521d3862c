import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

const bin = fileURLToPath(new URL("../../dist/plant.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedPlant {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until stdout or stderr matches. */
  until(stream: "stdout" | "stderr", pattern: RegExp): Promise<string>;
}

export interface PlantOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Size that no file may exceed, a multiple of 512: a write beyond it fails in the middle, as on a full disk. */
  readonly maxFileBytes?: number;
  /** What a shell does with the command, which is `"$@"` there: `ulimit -n 40; exec "$@" 2>/dev/full`. */
  readonly shell?: string;
}

const folders: string[] = [];
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "plant-cli-"));
  folders.push(folder);
  return folder;
}

/** Starts the built program in a folder of its own, with nothing of the tester's environment. */
export function startPlant(args: readonly string[], options: PlantOptions = {}): StartedPlant {
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
  const texts = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
      for (const watcher of watchers) watcher();
    });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => {
      running.delete(child);
      resolve({ code, ...texts });
    });
  });
  return {
    child,
    ended,
    until: (stream, pattern) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          const found = pattern.exec(texts[stream]);
          if (found === null) return;
          watchers.delete(watcher);
          resolve(found[0]);
        };
        watchers.add(watcher);
        watcher();
        void ended.then(({ stderr }) => reject(new Error(`ended before ${pattern} was said: ${stderr}`)));
      }),
  };
}

export async function plant(args: readonly string[], options: PlantOptions = {}): Promise<Ended> {
  return await startPlant(args, options).ended;
}
