import { type Clock, kyselyPlantStore, type PlantSource, type Report, runEtl } from "@lmnh/plant-etl";
import type { OpenedDatabase } from "@lmnh/plant-schema";
import { explainError } from "./explain-error.js";
import type { Host } from "./host.js";
import type { Output } from "./output/output.js";
import { watchRun } from "./output/watch-run.js";

export interface PullOptions {
  readonly source: PlantSource;
  readonly database: OpenedDatabase;
  readonly host: Host;
  readonly output: Output;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** `undefined` for none. */
  readonly deadlineMs: number | undefined;
  /** Minutes east of UTC. */
  readonly assumedOffsetMinutes: number;
}

/** Time for the database after a run's deadline: what it has pulled by then is to be loaded. */
const loadGraceMs = 10_000;

/** One run, told of while it goes on. */
export async function pullOnce(options: PullOptions): Promise<Report> {
  const { source, database, host, output, clock, signal, deadlineMs, assumedOffsetMinutes } = options;
  try {
    return await runEtl({
      source,
      store: kyselyPlantStore({
        ...database,
        retry: {
          clock: host.clock,
          random: host.random,
          ...(deadlineMs !== undefined && { signal: AbortSignal.timeout(deadlineMs + loadGraceMs) }),
          onRetry: (error, waitMs) =>
            output.detail(`the database: ${explainError(error).lines.join("; ")} (again in ${waitMs} ms)`),
        },
      }),
      clock,
      runId: host.newId(),
      transform: { assumedOffsetMinutes },
      ...(deadlineMs !== undefined && { deadlineMs }),
      signal,
      observer: watchRun(host, output),
    });
  } finally {
    output.progress("");
  }
}
