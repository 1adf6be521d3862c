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
  const [row] = rowsIn(file, query) as Record<string, number>[];
  return Object.values(row ?? {})[0] ?? Number.NaN;
}

/** The rows that a query gives. */
export function rowsIn(file: string, query: string): Record<string, unknown>[] {
  const database = new Libsql(file);
  try {
    return database.prepare(query).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}
