import { createSimulator, type Simulator, type SimulatorOptions } from "@lmnh/museum-simulator";
import { afterEach } from "vitest";

const open: Simulator[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((simulator) => simulator.close()));
});

/** A simulated API without latency and faults, whose time stands still, unless the options say otherwise. */
export async function startMuseum(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const now = Date.now() - 30_000;
  const simulator = await createSimulator({
    now: () => now,
    latencyMs: [0, 0],
    maxConcurrent: Number.POSITIVE_INFINITY,
    faultRate: 0,
    ...options,
  });
  open.push(simulator);
  return simulator;
}
