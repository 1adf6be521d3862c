import type { Clock, Plant } from "@lmnh/plant-schema/model";
import type { BaseReading, Notice, Rejection } from "./batch.js";
import type { PlantStore, RejectionLog, StoredRejection } from "./ports.js";
import { storedResponse } from "./stored-response.js";
import { formatTimestamp } from "./transform/parse-timestamp.js";
import type { Transform } from "./transform/transform.js";
import { transformResponse } from "./transform/transform-response.js";

/** Where rejections are read, with what they are transformed, and where their readings are loaded. */
export interface RetryRejectionsOptions<R extends BaseReading> {
  /** The rejections; `sqlRejectionLog` of a database. */
  readonly log: RejectionLog;
  /** The store of the same database. */
  readonly store: PlantStore<R>;
  /** The transform of today, which may accept what an earlier one rejected. */
  readonly transform: Transform<R>;
  /** Tells the times of the retry. */
  readonly clock: Pick<Clock, "now">;
  /** Identifies the retry: in `resolved_by`, and as the run of the readings that it loads. */
  readonly runId: string;
  /** The open rejections to retry; by default all of them. */
  readonly rejections?: readonly StoredRejection[] | undefined;
  /** When it aborts, the retry ends after the current batch. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch, with the number of rejections that were retried so far. It must not throw. */
  readonly onBatch?: ((retried: number) => void) | undefined;
}

/** `retried = resolved + stillRejected + truncated` */
export interface RetryReport {
  /** As in the options. */
  readonly runId: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly finishedAt: string;
  /** Rejections that were looked at, without those that another retry resolved meanwhile. */
  readonly retried: number;
  /** Rejections that are valid by now, loaded and marked. */
  readonly resolved: number;
  /** Rejected by the transform of today, too; they stay open. */
  readonly stillRejected: number;
  /** Only the beginning of the body is stored, so that it cannot be retried; they stay open. */
  readonly truncated: number;
  /** Readings that were inserted, that were there with the same values, and with others. */
  readonly loaded: number;
  /** Readings that were in the store, with the same values. */
  readonly duplicates: number;
  /** Readings whose plant and time the store had with other values. */
  readonly conflicts: number;
  /** `false`: the signal ended the retry early. */
  readonly complete: boolean;
}

/** Bodies of 64 KiB each are in memory at a time. */
const batchSize = 100;

/**
 * Transforms rejected responses again, loads what is valid by now, a batch in one transaction, and marks those rejections as
 * resolved. Can be repeated and killed anywhere: a reading that is loaded twice is a duplicate. Adds nothing to the run log,
 * whose runs are pulls.
 *
 * The reading of a rejection of details was loaded when it was received, so only the details are loaded.
 *
 * @throws the errors of the store; batches before are loaded and resolved
 */
export async function retryRejections<R extends BaseReading>(
  options: RetryRejectionsOptions<R>,
): Promise<RetryReport> {
  const { log, store, transform, clock, runId, signal, onBatch = () => {} } = options;
  const run = { runId, startedAt: formatTimestamp(clock.now()) };
  const sum = {
    retried: 0,
    resolved: 0,
    stillRejected: 0,
    truncated: 0,
    loaded: 0,
    duplicates: 0,
    conflicts: 0,
  };
  let complete = true;
  for await (const page of options.rejections === undefined ? openPages(log) : chunks(options.rejections)) {
    if (signal?.aborted) {
      complete = false;
      break;
    }
    const { batch, resolved, truncated } = transformAgain(page, transform);
    const counts =
      resolved.length === 0 ? { loaded: 0, duplicates: 0, conflicts: 0 } : await store.load(batch, run);
    const marked = await log.markResolved(resolved, { runId, resolvedAt: formatTimestamp(clock.now()) });
    // Another retry at the same time has resolved, and counted, the others.
    sum.retried += page.length - (resolved.length - marked);
    sum.resolved += marked;
    sum.truncated += truncated;
    sum.stillRejected += page.length - resolved.length - truncated;
    sum.loaded += counts.loaded;
    sum.duplicates += counts.duplicates;
    sum.conflicts += counts.conflicts;
    onBatch(sum.retried);
  }
  return { ...run, finishedAt: formatTimestamp(clock.now()), ...sum, complete };
}

function transformAgain<R extends BaseReading>(page: readonly StoredRejection[], transform: Transform<R>) {
  const plants: Plant[] = [];
  const readings: R[] = [];
  const notices: Notice[] = [];
  const rejections: Rejection[] = [];
  const resolved: number[] = [];
  let truncated = 0;
  for (const stored of page) {
    const response = storedResponse(stored);
    if (response === null) {
      truncated += 1;
      continue;
    }
    const transformed = transformResponse(response, transform);
    if (transformed.kind === "notice") notices.push(transformed.notice);
    else if (transformed.kind !== "reading") continue;
    else if (stored.readingRejected) {
      readings.push(transformed.reading);
      plants.push(transformed.plant);
      // As a pull: the reading is loaded, and its invalid details are a rejection of their own.
      if (transformed.rejection !== null) rejections.push(transformed.rejection);
    } else if (transformed.rejection === null) plants.push(transformed.plant);
    else continue;
    resolved.push(stored.rejectionId);
  }
  return { batch: { plants, readings, notices, rejections }, resolved, truncated };
}

async function* openPages(log: RejectionLog): AsyncGenerator<readonly StoredRejection[], void, void> {
  let afterId = 0;
  for (;;) {
    const page = await log.page({}, afterId, batchSize);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    afterId = last.rejectionId;
  }
}

function* chunks(rejections: readonly StoredRejection[]): Generator<readonly StoredRejection[], void, void> {
  for (let start = 0; start < rejections.length; start += batchSize)
    yield rejections.slice(start, start + batchSize);
}
