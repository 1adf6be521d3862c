import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

export const driverPath = createRequire(import.meta.url).resolve("libsql");

/** Bundles child.ts to a place from where libsql cannot be found, and returns the bundle's path. */
export async function buildChild(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), "plant-schema-child-"));
  await build({
    config: false,
    entry: [fileURLToPath(new URL("./child.ts", import.meta.url))],
    outDir,
    format: ["cjs"],
    target: "node20",
    loader: { ".sql": "text" },
    noExternal: ["kysely"],
    silent: true,
  });
  return join(outDir, "child.cjs");
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the child; `onOutput` receives its output so far whenever it writes. */
export function runChild(
  child: string,
  parameters: readonly string[],
  onOutput: (started: ChildProcess, stdout: string) => void = () => undefined,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const started = spawn(process.execPath, [child, ...parameters], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    started.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput(started, stdout);
    });
    started.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    started.on("error", reject);
    started.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
