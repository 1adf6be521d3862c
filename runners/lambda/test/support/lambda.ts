import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, inject } from "vitest";
import { type FunctionError, type Invoked, startRuntimeApi } from "./runtime-api.js";

/** A line that the handler logged, or its metrics. */
export type Line = Readonly<Record<string, unknown>>;

export interface Lambda {
  readonly child: ChildProcess;
  /** What became of the init. */
  readonly ready: Promise<FunctionError | "ready">;
  /** The code of its end, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** All that was written, as it was. */
  readonly output: () => string;
  readonly lines: () => readonly Line[];
  invoke<Report>(event: unknown, timeoutMs?: number): Promise<Invoked & { readonly report: Report }>;
  stop(): Promise<void>;
}

const running = new Set<Lambda>();

afterEach(async () => {
  await Promise.all([...running].map((lambda) => lambda.stop()));
});

/** Starts a handler in AWS's runtime client, as the platform does, with nothing of the tester's environment. */
export async function startLambda(
  folder: string,
  name: "etl" | "archive" | "alert" | "dashboard",
  environment: Readonly<Record<string, string>>,
): Promise<Lambda> {
  const api = await startRuntimeApi();
  const child = spawn(process.execPath, [inject("runtimeClient")], {
    cwd: folder,
    env: { ...platform(folder, name, api.address), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const lambda: Lambda = {
    child,
    ready: api.ready,
    ended,
    output: () => output,
    lines: () =>
      output
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Line),
    invoke: async (event, timeoutMs) => {
      const gone = ended.then(() => Promise.reject(new Error(`The runtime has ended: ${output}`)));
      return (await Promise.race([api.invoke(event, timeoutMs), gone])) as never;
    },
    async stop() {
      running.delete(lambda);
      child.kill("SIGKILL");
      await ended;
      await api.close();
    },
  };
  ended.catch(() => {});
  running.add(lambda);
  return lambda;
}

/** What the platform and terraform/functions.tf set for every function. */
function platform(folder: string, name: string, address: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    AWS_LAMBDA_RUNTIME_API: address,
    _HANDLER: `${name}.handler`,
    LAMBDA_TASK_ROOT: folder,
    AWS_LAMBDA_FUNCTION_NAME: `plant-${name}`,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/plant-${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "stream",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_REGION: "eu-west-2",
    AWS_ACCESS_KEY_ID: "access-key-of-the-role",
    AWS_SECRET_ACCESS_KEY: "secret-key-of-the-role",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    POWERTOOLS_SERVICE_NAME: `plant-${name}`,
    POWERTOOLS_METRICS_NAMESPACE: "PlantPipeline",
    POWERTOOLS_LOG_LEVEL: "INFO",
  };
}
