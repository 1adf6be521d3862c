import {
  type Clock,
  type Observer,
  type OutcomeThresholds,
  type PlantSource,
  type Random,
  type Report,
  runEtl,
  sqlPlantStore,
} from "@lmnh/plant-etl";
import type { PlantDatabase } from "@lmnh/plant-schema";
import { exitCodeOfRun } from "./run-outcome.js";

export interface PullOptions extends OutcomeThresholds {
  readonly source: PlantSource;
  readonly database: PlantDatabase;
  readonly clock: Clock;
  readonly random: Random;
  /** Names the run in the ledger; a UUID. */
  readonly runId: string;
  /** Minutes east of UTC. */
  readonly defaultUtcOffsetMinutes: number;
  /** Milliseconds from the start after which what there is is loaded; `undefined` for none. */
  readonly deadlineMs: number | undefined;
  /** Milliseconds for the database after the deadline: what was pulled by then is to be loaded. 10,000 by default. */
  readonly loadGraceMs?: number;
  /** Tells the run to stop asking, load what it has and report. */
  readonly signal: AbortSignal;
  readonly observer: Observer;
  /** Told of each failure of the database that is followed by another try. */
  readonly onRetry: (error: unknown, waitMs: number) => void;
}

/**
 * One run: asks, cleans and loads, and tries again what passes while there is time.
 *
 * @throws PlantSchemaError or the driver's error when the database cannot take it
 */
export async function pull(options: PullOptions): Promise<Report> {
  const {
    source,
    database,
    clock,
    random,
    runId,
    defaultUtcOffsetMinutes,
    maxRejected,
    maxFailed,
    deadlineMs,
    loadGraceMs = 10_000,
    signal,
    observer,
    onRetry,
  } = options;
  const deadline = deadlineMs !== undefined && AbortSignal.timeout(deadlineMs + loadGraceMs);
  return await runEtl({
    source,
    store: sqlPlantStore({
      ...database,
      retry: { clock, random, onRetry, ...(deadline && { signal: deadline }) },
    }),
    clock,
    runId,
    transform: { defaultUtcOffsetMinutes },
    thresholds: { maxRejected, maxFailed },
    exitCodeOf: exitCodeOfRun,
    ...(deadlineMs !== undefined && { deadlineMs }),
    signal,
    observer,
  });
}
