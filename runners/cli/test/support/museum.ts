import { createSimulator, type Simulator, type SimulatorOptions } from "@lmnh/museum-simulator";
import Libsql from "libsql";
import { afterEach } from "vitest";

const open: Simulator[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((simulator) => simulator.close()));
});

/** A simulated API without latency and faults, unless the options say otherwise. */
export async function startMuseum(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await createSimulator({
    now: () => Date.now(),
    latencyMs: [0, 0],
    maxConcurrent: Number.POSITIVE_INFINITY,
    faultRate: 0,
    ...options,
  });
  open.push(simulator);
  return simulator;
}

/** The one number that a query gives. */
export function countIn(file: string, query: string): number {
  const database = new Libsql(file);
  try {
    return Object.values(database.prepare(query).get() as Record<string, number>)[0] ?? Number.NaN;
  } finally {
    database.close();
  }
}
