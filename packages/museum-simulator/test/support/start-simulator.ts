import { afterEach } from "vitest";
import { createSimulator, type Simulator, type SimulatorOptions } from "../../src/index.js";

export const noon = Date.UTC(2026, 0, 26, 12, 0, 0, 250);

const running: Simulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

/** Starts a simulator without latency, faults and limits, except for `options`; closed after the test. */
export async function startSimulator(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await createSimulator({
    now: () => noon,
    latencyMs: [0, 0],
    faultRate: 0,
    maxConcurrent: Number.POSITIVE_INFINITY,
    ...options,
  });
  running.push(simulator);
  return simulator;
}
