import type { Clock } from "@lmnh/plant-schema/model";
import type { BaseReading } from "./batch.js";
import type { PlantResponse } from "./response.js";
import { type BuiltBatch, createBatchBuilder } from "./transform/batch-builder.js";
import type { Transform } from "./transform/transform.js";

export interface BatchLoaderOptions<R extends BaseReading> {
  readonly transform: Transform<R>;
  readonly load: (built: BuiltBatch<R>) => Promise<void>;
  /** Responses that complete a batch. */
  readonly batchSize: number;
  /** Milliseconds after its first response in which a batch is loaded at the latest. */
  readonly flushAfterMs: number | undefined;
  readonly clock: Clock;
}

/** Collects responses into batches. One batch is loaded while the next one is collected. */
export interface BatchLoader {
  /** Returns a promise if the batch is complete and has to wait for the load before it. */
  add(response: PlantResponse): Promise<void> | undefined;
  /** Resolves when a load fails, after which nothing is loaded. */
  readonly failed: Promise<void>;
  /**
   * Loads the rest.
   *
   * @throws the error of the load that failed
   */
  finish(): Promise<void>;
}

/**
 * UTF-16 code units of bodies that complete a batch. Two batches are in memory at a time, one of them also as parameters of
 * its statements, where a character can become six.
 */
const maxBodyUnits = 2 * 1_048_576;

export function createBatchLoader<R extends BaseReading>({
  transform,
  load,
  batchSize,
  flushAfterMs,
  clock,
}: BatchLoaderOptions<R>): BatchLoader {
  let batch = createBatchBuilder(transform);
  let flush = new AbortController();
  let loading: Promise<void> = Promise.resolve();
  let hasFailed = false;
  let isFinishing = false;
  let reportFailure = () => {};
  const failed = new Promise<void>((resolve) => {
    reportFailure = resolve;
  });

  const isComplete = () => batch.responses >= batchSize || batch.size >= maxBodyUnits;
  /** Of the load before; its error is thrown by `finish`. */
  const loaded = () => loading.catch(() => {});

  const startLoad = () => {
    if (hasFailed || isFinishing) return;
    flush.abort();
    flush = new AbortController();
    const full = batch;
    batch = createBatchBuilder(transform);
    // Async, so that whatever throws is thrown by `finish`.
    loading = (async () => load(full.build()))();
    loading.catch(() => {
      hasFailed = true;
      reportFailure();
    });
  };

  const loadComplete = async () => {
    await loaded();
    // A flush may have loaded it meanwhile.
    if (isComplete()) startLoad();
  };

  const flushLater = async (afterMs: number, { signal }: AbortController) => {
    try {
      await clock.sleep(afterMs, signal);
    } catch {
      return;
    }
    await loaded();
    if (!signal.aborted) startLoad();
  };

  return {
    failed,
    add(response) {
      batch.add(response);
      if (batch.responses === 1 && flushAfterMs !== undefined) void flushLater(flushAfterMs, flush);
      return isComplete() ? loadComplete() : undefined;
    },
    async finish() {
      isFinishing = true;
      flush.abort();
      await loading;
      if (batch.responses > 0) await load(batch.build());
    },
  };
}
