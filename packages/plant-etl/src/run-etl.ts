import { protectObserver } from "@lmnh/plant-schema/internal";
import { type Clock, randomId, systemClock } from "@lmnh/plant-schema/model";
import type { BaseReading, Reading } from "./batch.js";
import { createBatchLoader } from "./batch-loader.js";
import { checkLoadCounts } from "./check-load-counts.js";
import {
  checkInteger,
  checkShare,
  invalidOption,
  maxTimerMs,
  type PartialOptions,
  withDefaults,
} from "./check-options.js";
import { checkResponse } from "./check-response.js";
import {
  defaultOutcomeThresholds,
  determineOutcome,
  type OutcomeThresholds,
  outcomeReasonOf,
  type RunResult,
} from "./outcome.js";
import type { Observer, ObserverErrorHandler, PlantSource, PlantStore } from "./ports.js";
import { readSource } from "./read-source.js";
import type { Report, RunStart } from "./report.js";
import { createReportBuilder } from "./report-builder.js";
import { createStopSignal } from "./stop-signal.js";
import type { BuiltBatch } from "./transform/batch-builder.js";
import { formatTimestamp } from "./transform/parse-timestamp.js";
import type { Transform } from "./transform/transform.js";

/** The three parts of a run, and the limits within which it works. */
export interface RunEtlOptions<R extends BaseReading = Reading> {
  /** Where responses come from, such as `httpPlantSource` or `replayResponses`. */
  readonly source: PlantSource;
  /** `lmnhTransform()`, or the transform of another API. */
  readonly transform: Transform<R>;
  /** Where batches are loaded and the run is logged, such as `sqlPlantStore`. */
  readonly store: PlantStore<R>;
  /** `systemClock` by default. */
  readonly clock?: Clock | undefined;
  /** Identifies the run in the run log; a UUID. A random one by default. */
  readonly runId?: string | undefined;
  /**
   * Milliseconds from the start after which the run loads what it has and reports. None by default. The source gets a
   * signal, and is left if it has not ended a second later.
   */
  readonly deadlineMs?: number | undefined;
  /** When it aborts, the run ends as at the deadline. */
  readonly signal?: AbortSignal | undefined;
  /** Shares from 0 to 1; see `defaultOutcomeThresholds`. */
  readonly thresholds?: PartialOptions<OutcomeThresholds> | undefined;
  /** Returns the exit code for the report and the run log, which have none by default, and if this throws. */
  readonly exitCodeOf?: ((ending: RunEnding) => number) | undefined;
  /** Responses per transaction, 1…10,000; fewer if they are long. 1,000 by default. */
  readonly batchSize?: number | undefined;
  /**
   * Milliseconds after its first response in which a batch is loaded at the latest, or when the load before it ends, for
   * sources that go on for hours: 1…2,147,483,647. By default a batch is loaded when it is complete, or the source ends.
   */
  readonly flushAfterMs?: number | undefined;
  /** Receives every event of the run, in order; see `EtlEvent`. */
  readonly observer?: Observer | undefined;
  /** Receives what the observer threw, and the event. The run goes on, also if this throws. */
  readonly onObserverError?: ObserverErrorHandler | undefined;
}

/** How a run ended: with a report, or by an error. */
export type RunEnding = RunResult | { readonly error: unknown };

/**
 * Extracts, transforms and loads once. One batch is loaded while the next one is extracted.
 *
 * @throws PlantEtlError `OPTION_INVALID` before anything is done; the error of the store that could not begin the run; any
 *   other error of source or store, and `ADAPTER_INVALID` for one that breaks the rules of its port, in which case
 *   earlier batches are in the database, that of the error and later ones are not, and the run is `failed` in the run log
 *
 * @example
 * ```ts
 * import { lmnhTransform, parseRoster, runEtl } from "@lmnh/plant-etl";
 * import { httpPlantSource } from "@lmnh/plant-etl/http";
 * import { sqlPlantStore } from "@lmnh/plant-etl/sql";
 *
 * const report = await runEtl({
 *   source: httpPlantSource({ baseUrl, roster: parseRoster("1-50") }),
 *   transform: lmnhTransform(),
 *   store: sqlPlantStore(database),
 *   deadlineMs: 50_000,
 * });
 * console.log(report.outcome, report.loaded);
 * ```
 */
export async function runEtl<R extends BaseReading>(options: RunEtlOptions<R>): Promise<Report> {
  const {
    source,
    transform,
    store,
    clock = systemClock,
    runId = randomId(),
    deadlineMs,
    flushAfterMs,
    batchSize = 1000,
  } = options;
  checkInteger("batchSize", batchSize, 1, 10_000);
  if (deadlineMs !== undefined) checkInteger("deadlineMs", deadlineMs, 1, maxTimerMs);
  if (flushAfterMs !== undefined) checkInteger("flushAfterMs", flushAfterMs, 1, maxTimerMs);
  const thresholds = withDefaults(defaultOutcomeThresholds, options.thresholds);
  checkShare("maxRejected", thresholds.maxRejected);
  checkShare("maxFailed", thresholds.maxFailed);
  if (typeof runId !== "string" || runId === "")
    throw invalidOption(`runId must be a text, not "${String(runId)}"`);
  if (options.signal !== undefined && typeof options.signal.addEventListener !== "function")
    throw invalidOption("signal must be an AbortSignal");

  const startedMs = clock.now();
  const run: RunStart = { runId, startedAt: formatTimestamp(startedMs) };
  const builder = createReportBuilder();
  const notify = protectObserver(options.observer, options.onObserverError);

  const load = async (built: BuiltBatch<R>) => {
    const loadStartedMs = clock.now();
    const counts = checkLoadCounts(await store.load(built.batch, run), built.batch);
    const newKeys = builder.add(built, counts);
    for (const [key, plantId] of newKeys) notify({ type: "unknown-key", key, plantId });
    for (const rejection of built.batch.rejections) notify({ type: "rejected", rejection });
    notify({ type: "batch-loaded", counts, durationMs: clock.now() - loadStartedMs });
  };

  await store.beginRun(run);
  // A copy, which an observer may change.
  notify({ type: "run-started", run: { ...run } });

  const stop = createStopSignal(
    clock,
    deadlineMs === undefined ? undefined : startedMs + deadlineMs,
    options.signal,
  );
  const loader = createBatchLoader({ transform, load, batchSize, flushAfterMs, clock });
  let received = 0;
  let stoppedBy: Report["stoppedBy"] = null;
  let sourceEnded = true;
  let report: Report;
  try {
    try {
      const left = await readSource(source, {
        signal: stop.signal,
        onResponse(response) {
          const busy = loader.add(checkResponse(response));
          received += 1;
          notify({ type: "response-received", response, received });
          return busy;
        },
        leave: Promise.race([stop.overdue, loader.failed]),
        isOverdue: stop.isOverdue,
      });
      sourceEnded = left === null;
      // Before the last load: a stop during that load cuts nothing short.
      stoppedBy = stop.cause();
      if (left !== null) {
        // After a load that failed, the source gets as much time as after any other stop.
        stop.abort();
        await Promise.race([left.returned, stop.overdue]);
      }
    } catch (error) {
      stop.abort();
      throw error;
    } finally {
      stop.release();
      // Also if the source threw: its earlier responses are valid.
      await loader.finish();
    }
    // Nothing is missing from a source without an end.
    const endless = source.endless === true;
    const cutShortBy = endless && sourceEnded ? null : stoppedBy;
    const result = determineOutcome({ ...builder.outcomeCounts(), endless, cutShortBy }, thresholds);
    const finishedMs = clock.now();
    report = {
      ...run,
      finishedAt: formatTimestamp(finishedMs),
      durationMs: finishedMs - startedMs,
      ...builder.counts(),
      ...result,
      exitCode: exitCodeFor(result, options),
      complete: cutShortBy === null && result.outcome !== "failed",
      stoppedBy,
      sourceEnded,
    };
    await store.finishRun(report);
  } catch (error) {
    const reason = outcomeReasonOf(error);
    const exitCode = exitCodeFor({ error }, options);
    const failure = { failedAt: formatTimestamp(clock.now()), reason, exitCode };
    // If the run log cannot be written either, the first error is thrown.
    await (async () => store.failRun(run, failure))().catch(() => undefined);
    notify({ type: "run-failed", run, failure });
    throw error;
  }

  notify({ type: "run-finished", report });
  return report;
}

/** An error of the callback must not replace the error of the run, nor keep the report out of the run log. */
function exitCodeFor(ending: RunEnding, { exitCodeOf }: Pick<RunEtlOptions, "exitCodeOf">): number | null {
  try {
    return exitCodeOf?.(ending) ?? null;
  } catch {
    return null;
  }
}
