import { type Clock, randomId, systemClock } from "@lmnh/plant-schema/model";
import type { BaseReading, Reading } from "./batch.js";
import { checkInteger, checkShare, maxTimerMs, type PartialOptions, withDefaults } from "./check-options.js";
import {
  defaultOutcomeThresholds,
  determineOutcome,
  type OutcomeThresholds,
  outcomeReasonOf,
  type RunResult,
} from "./outcome.js";
import type { Observer, PlantSource, PlantStore } from "./ports.js";
import type { Report, RunStart } from "./report.js";
import { createReportBuilder } from "./report-builder.js";
import { type BuiltBatch, createBatchBuilder } from "./transform/batch-builder.js";
import { formatTimestamp } from "./transform/parse-timestamp.js";
import type { Transform } from "./transform/transform.js";

export interface RunEtlOptions<R extends BaseReading = Reading> {
  readonly source: PlantSource;
  /** `lmnhTransform()`, or the transform of another API. */
  readonly transform: Transform<R>;
  readonly store: PlantStore<R>;
  /** `systemClock` by default. */
  readonly clock?: Clock | undefined;
  /** Identifies the run in the run log; a UUID. A random one by default. */
  readonly runId?: string | undefined;
  /** Milliseconds from the start after which the run sends no more requests, loads what it has and reports. None by default. */
  readonly deadlineMs?: number | undefined;
  /** When it aborts, the run sends no more requests, loads what it has and reports. */
  readonly signal?: AbortSignal | undefined;
  /** Shares from 0 to 1; see `defaultOutcomeThresholds`. */
  readonly thresholds?: PartialOptions<OutcomeThresholds> | undefined;
  /** Returns the exit code for the report and the run log, which have none by default, and if this throws. */
  readonly exitCodeOf?: ((ending: RunEnding) => number) | undefined;
  /** Responses per transaction, 1…10,000; fewer if they are long. 1,000 by default. */
  readonly batchSize?: number | undefined;
  readonly observer?: Observer | undefined;
}

/** How a run ended: with a report, or by an error. */
export type RunEnding = RunResult | { readonly error: unknown };

/**
 * UTF-16 code units of bodies that complete a batch. Two batches are in memory at a time, one of them also as parameters of
 * its statements, where a character can become six.
 */
const maxBodyUnits = 2 * 1_048_576;

/**
 * Extracts, transforms and loads once. One batch is loaded while the next one is extracted.
 *
 * @throws PlantEtlError `OPTION_INVALID` before anything is done; any error of the store, in which case earlier batches are
 *   in the database, this one and the next are not, and the run is `failed` in the run log
 */
export async function runEtl<R extends BaseReading>(options: RunEtlOptions<R>): Promise<Report> {
  const {
    source,
    transform,
    store,
    clock = systemClock,
    runId = randomId(),
    deadlineMs,
    signal,
    batchSize = 1000,
    observer = () => {},
  } = options;
  checkInteger("batchSize", batchSize, 1, 10_000);
  if (deadlineMs !== undefined) checkInteger("deadlineMs", deadlineMs, 1, maxTimerMs);
  const thresholds = withDefaults(defaultOutcomeThresholds, options.thresholds);
  checkShare("maxRejected", thresholds.maxRejected);
  checkShare("maxFailed", thresholds.maxFailed);

  const startedMs = clock.now();
  const run: RunStart = { runId, startedAt: formatTimestamp(startedMs) };
  const builder = createReportBuilder();

  const load = async (built: BuiltBatch<R>) => {
    const loadStartedMs = clock.now();
    const counts = await store.load(built.batch, run);
    const newKeys = builder.add(built, counts);
    for (const [key, plantId] of newKeys) observer({ type: "unknown-key", key, plantId });
    for (const rejection of built.batch.rejections) observer({ type: "rejected", rejection });
    observer({ type: "batch-loaded", counts, durationMs: clock.now() - loadStartedMs });
  };

  await store.beginRun(run);
  observer({ type: "run-started", run });

  const stop = stopSignal(clock, deadlineMs, signal);
  let batch = createBatchBuilder(transform);
  let received = 0;
  let loading = Promise.resolve();
  let loadFailed = false;
  let cutShortBy: ReturnType<typeof stop.cause> = null;
  try {
    try {
      for await (const response of source.responses(stop.signal)) {
        if (loadFailed) break;
        batch.add(response);
        received += 1;
        observer({ type: "response-received", response, received });
        if (batch.responses < batchSize && batch.size < maxBodyUnits) continue;
        await loading;
        loading = load(batch.build());
        loading.catch(() => {
          // The error is thrown below, where `loading` is awaited.
          loadFailed = true;
        });
        batch = createBatchBuilder(transform);
      }
    } finally {
      // Before the last load: a stop during that load cuts nothing short.
      cutShortBy = stop.cause();
      stop.release();
      await loading;
      // Also if the source threw: its earlier responses are valid.
      if (batch.responses > 0) await load(batch.build());
    }
  } catch (error) {
    const reason = outcomeReasonOf(error);
    const exitCode = exitCodeFor({ error }, options);
    const failure = { failedAt: formatTimestamp(clock.now()), reason, exitCode };
    // If the run log cannot be written either, the first error is thrown.
    await store.failRun(run, failure).catch(() => undefined);
    observer({ type: "run-failed", run, failure });
    throw error;
  }

  const result = determineOutcome({ ...builder.outcomeCounts(), cutShortBy }, thresholds);
  const finishedMs = clock.now();
  const report: Report = {
    ...run,
    finishedAt: formatTimestamp(finishedMs),
    durationMs: finishedMs - startedMs,
    ...builder.counts(),
    ...result,
    exitCode: exitCodeFor(result, options),
    complete: cutShortBy === null && result.outcome !== "failed",
  };
  await store.finishRun(report);
  observer({ type: "run-finished", report });
  return report;
}

/** Aborts at the deadline or with the caller's signal, whichever comes first. */
function stopSignal(clock: Clock, deadlineMs: number | undefined, outer: AbortSignal | undefined) {
  const timer = new AbortController();
  const deadline = new AbortController();
  if (deadlineMs !== undefined)
    clock.sleep(deadlineMs, timer.signal).then(
      () => deadline.abort(),
      () => {},
    );
  const signals = outer === undefined ? [deadline.signal] : [deadline.signal, outer];
  return {
    signal: AbortSignal.any(signals),
    /** What has stopped the run, if anything. */
    cause: () => (outer?.aborted ? "signal" : deadline.signal.aborted ? "deadline" : null),
    release: () => timer.abort(),
  } as const;
}

/** An error of the callback must not replace the error of the run, nor keep the report out of the run log. */
function exitCodeFor(ending: RunEnding, { exitCodeOf }: Pick<RunEtlOptions, "exitCodeOf">): number | null {
  try {
    return exitCodeOf?.(ending) ?? null;
  } catch {
    return null;
  }
}
