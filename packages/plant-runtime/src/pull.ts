import {
  type Clock,
  lmnhTransform,
  type Observer,
  type OutcomeThresholds,
  type PlantSource,
  type Random,
  type Report,
  runEtl,
} from "@lmnh/plant-etl";
import { sqlPlantStore } from "@lmnh/plant-etl/sql";
import type { PlantDatabase } from "@lmnh/plant-schema";
import { exitCodeOfRun } from "./run-outcome.js";

export interface PullOptions extends OutcomeThresholds {
  readonly source: PlantSource;
  readonly database: PlantDatabase;
  readonly clock: Clock;
  readonly random: Random;
  /** The id of the run in the run log; a UUID. */
  readonly runId: string;
  /** Minutes east of UTC. */
  readonly defaultUtcOffsetMinutes: number;
  /** Milliseconds after which the run stops requesting and loads what it has; `undefined` for none. */
  readonly deadlineMs: number | undefined;
  /** Milliseconds for the database after the deadline, to load what was pulled. 10,000 by default. */
  readonly loadGraceMs?: number | undefined;
  /** How long a run stays in the run log, milliseconds. By default none is deleted. */
  readonly runLogRetention?: number | undefined;
  /** Makes the run stop requesting, load what it has and report. */
  readonly signal: AbortSignal;
  readonly observer: Observer;
  /** Called for each failure of the database that is retried. */
  readonly onRetry: (error: unknown, waitMs: number) => void;
}

/**
 * One run: requests, transforms and loads. Transient errors of the database are retried until the deadline.
 *
 * @throws PlantSchemaError or the driver's error if the load fails
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
    runLogRetention,
    signal,
    observer,
    onRetry,
  } = options;
  const deadline = deadlineMs !== undefined && AbortSignal.timeout(deadlineMs + loadGraceMs);
  const retry = { clock, random, onRetry, ...(deadline && { signal: deadline }) };
  return await runEtl({
    source,
    transform: lmnhTransform({ defaultUtcOffsetMinutes }),
    store: sqlPlantStore({ ...database, retry, runLogRetentionMs: runLogRetention }),
    clock,
    runId,
    thresholds: { maxRejected, maxFailed },
    exitCodeOf: exitCodeOfRun,
    ...(deadlineMs !== undefined && { deadlineMs }),
    signal,
    observer,
  });
}
