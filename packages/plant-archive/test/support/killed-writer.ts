import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const packageFolder = join(import.meta.dirname, "../..");

export interface Writer {
  /** Starts it; it has pulled ten mebibytes of its first object when this resolves. */
  start(...parameters: readonly string[]): Promise<ChildProcess>;
  remove(): Promise<void>;
}

/** Builds writer.ts, inside the package, so that it finds the SDK. */
export async function buildWriter(): Promise<Writer> {
  await mkdir(join(packageFolder, "node_modules"), { recursive: true });
  const folder = await mkdtemp(join(packageFolder, "node_modules/.writer-"));
  await build({
    config: false,
    entry: [fileURLToPath(new URL("./writer.ts", import.meta.url))],
    outDir: folder,
    format: ["esm"],
    target: "node20",
    outExtension: () => ({ js: ".mjs" }),
    silent: true,
  });
  return {
    async start(...parameters) {
      const env = { ...process.env, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
      const stdio = ["ignore", "pipe", "inherit"] as const;
      const child = spawn(process.execPath, [join(folder, "writer.mjs"), ...parameters], {
        env,
        stdio: [...stdio],
      });
      if (child.stdout !== null) await once(child.stdout, "data");
      return child;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Ends a process without any chance to clear up. */
export async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
