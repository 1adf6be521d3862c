import { PlantEtlError } from "./errors.js";
import {
  defaultOutcomeThresholds,
  determineOutcome,
  type OutcomeThresholds,
  type RunResult,
  reasonOfError,
} from "./outcome.js";
import type { Clock, Observer, PlantSource, PlantStore } from "./ports.js";
import type { Report, RunStart } from "./report.js";
import { createReportBuilder } from "./report-builder.js";
import { type BuiltBatch, createBatchBuilder } from "./transform/batch-builder.js";
import { formatTimestamp } from "./transform/parse-timestamp.js";
import { defaultTransformOptions, type TransformOptions } from "./transform/transform-options.js";

export interface RunEtlOptions {
  readonly source: PlantSource;
  readonly store: PlantStore;
  readonly clock: Clock;
  /** Names the run in the ledger; a UUID. */
  readonly runId: string;
  /** What the cleaning rules may assume; see `defaultTransformSettings`. */
  readonly transform?: Partial<TransformOptions>;
  /** Milliseconds from the start after which no more is asked and what there is is loaded. None by default. */
  readonly deadlineMs?: number;
  /** Tells the run to stop asking, load what it has and report. */
  readonly signal?: AbortSignal;
  /** What the outcome is measured by, shares from 0 to 1; see `defaultOutcomeThresholds`. */
  readonly thresholds?: Partial<OutcomeThresholds>;
  /** What the program will exit with, for the report and the run log. None by default, and where it throws. */
  readonly exitCodeOf?: (ending: RunEnding) => number;
  /** Answers a transaction, 1…10,000; fewer where they are long. 1,000 by default. */
  readonly batchSize?: number;
  readonly observer?: Observer;
}

/** How a run ended: with a report, or by an error. */
export type RunEnding = RunResult | { readonly error: unknown };

/**
 * UTF-16 code units of bodies that close a batch. Two batches are in memory at a time, one of them also as the parameters
 * of its statements, in which a character may take six.
 */
const maxBodyUnits = 2 * 1_048_576;

/**
 * Pulls, cleans and loads once, and says what it did in numbers that add up. One batch is loaded while the next one is
 * pulled.
 *
 * @throws PlantEtlError `OPTION_INVALID` before anything is done; whatever the store throws when it cannot load, in which
 *   case earlier batches are in the database, this one and the next are not, and the ledger says `failed`
 */
export async function runEtl(options: RunEtlOptions): Promise<Report> {
  const { source, store, clock, runId, deadlineMs, signal, batchSize = 1000, observer = () => {} } = options;
  checkRange("batchSize", batchSize, 1, 10_000);
  if (deadlineMs !== undefined) checkRange("deadlineMs", deadlineMs, 1, 2_147_483_647);
  const settings = { ...defaultTransformOptions, ...options.transform };
  const thresholds = { ...defaultOutcomeThresholds, ...options.thresholds };
  checkShare("maxRejected", thresholds.maxRejected);
  checkShare("maxFailed", thresholds.maxFailed);

  const startedMs = clock.now();
  const run: RunStart = { runId, startedAt: formatTimestamp(startedMs) };
  const builder = createReportBuilder();

  const load = async (made: BuiltBatch) => {
    const loadStartedMs = clock.now();
    const counts = await store.load(made.batch, run);
    const newKeys = builder.add(made, counts);
    for (const [key, plantId] of newKeys) observer({ type: "unknown-key", key, plantId });
    for (const rejection of made.batch.rejections) observer({ type: "rejected", rejection });
    observer({ type: "batch-loaded", counts, durationMs: clock.now() - loadStartedMs });
  };

  await store.beginRun(run);
  observer({ type: "run-started", run });

  const stop = stopSignal(clock, deadlineMs, signal);
  let batch = createBatchBuilder(settings);
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
        observer({ type: "answered", response, received });
        if (batch.responses < batchSize && batch.size < maxBodyUnits) continue;
        await loading;
        loading = load(batch.made());
        loading.catch(() => {
          // What it was is told below, where it is waited for.
          loadFailed = true;
        });
        batch = createBatchBuilder(settings);
      }
    } finally {
      // Before the last load: a stop during it cuts nothing short.
      cutShortBy = stop.cause();
      stop.release();
      await loading;
      // Also when the source broke: what it gave before is good.
      if (batch.responses > 0) await load(batch.made());
    }
  } catch (error) {
    const reason = reasonOfError(error);
    const exitCode = exitCodeFor({ error }, options);
    // Where the run log cannot be reached either, the first error is the one to throw.
    await store
      .failRun(run, { failedAt: formatTimestamp(clock.now()), reason, exitCode })
      .catch(() => undefined);
    throw error;
  }

  const verdict = determineOutcome({ ...builder.outcomeCounts(), cutShortBy }, thresholds);
  const finishedMs = clock.now();
  const report: Report = {
    ...run,
    finishedAt: formatTimestamp(finishedMs),
    durationMs: finishedMs - startedMs,
    ...builder.counts(),
    ...verdict,
    exitCode: exitCodeFor(verdict, options),
    complete: cutShortBy === null && verdict.outcome !== "failed",
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
    /** What has stopped the run so far. */
    cause: () => (outer?.aborted ? "signal" : deadline.signal.aborted ? "deadline" : null),
    release: () => timer.abort(),
  } as const;
}

/** An error of the callback must neither replace the error of the run nor keep its report out of the run log. */
function exitCodeFor(ending: RunEnding, { exitCodeOf }: RunEtlOptions): number | null {
  try {
    return exitCodeOf?.(ending) ?? null;
  } catch {
    return null;
  }
}

function checkShare(name: string, value: number): void {
  if (!Number.isFinite(value) || value < 0 || value > 1)
    throw new PlantEtlError("OPTION_INVALID", "abort", `${name} must be a share from 0 to 1, not ${value}`);
}

function checkRange(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new PlantEtlError(
      "OPTION_INVALID",
      "abort",
      `${name} must be a whole number from ${low} to ${high}, not ${value}`,
    );
}
