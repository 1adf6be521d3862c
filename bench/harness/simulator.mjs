// The museum's API in a process of its own: startSimulator() starts this file.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const self = fileURLToPath(import.meta.url);

/** Serves plants 1 to `plants` without faults. */
export async function startSimulator({ plants, latencyMs }) {
  const child = fork(self, [String(plants), String(latencyMs)], { stdio: ["ignore", 2, 2, "ipc"] });
  const url = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the simulator ended with ${code}`)));
  });
  return { url, stop: () => child.kill() };
}

if (process.argv[1] === self) {
  const { createSimulator } = await import("@lmnh/museum-simulator");
  const [plantCount, latencyMs] = process.argv.slice(2).map(Number);
  const { url } = await createSimulator({
    now: Date.now,
    plantCount,
    faultRate: 0,
    latencyMs: [latencyMs, latencyMs],
    maxConcurrent: Number.POSITIVE_INFINITY,
  });
  process.send(url);
  process.once("disconnect", () => process.exit());
}
