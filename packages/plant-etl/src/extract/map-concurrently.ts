import { createWorkerSlot, type WorkerSlot } from "./worker-slot.js";

export interface ConcurrentWork<Item, Result extends object> {
  /** Items under way at once; as many results may wait for the consumer before no more is begun. */
  readonly concurrency: number;
  /** The next item; `undefined` for none now. It is asked again after each result. */
  next(): Item | undefined;
  /** `place` stops when the caller's signal aborts and when the consumer leaves. */
  work(item: Item, slot: WorkerSlot): Promise<Result>;
}

/** Yields results as they come. When the consumer leaves early, all work is aborted and waited for. */
export async function* mapConcurrently<Item, Result extends object>(
  { concurrency, next, work }: ConcurrentWork<Item, Result>,
  signal: AbortSignal,
): AsyncGenerator<Result, void, void> {
  const places = Array.from({ length: concurrency }, createWorkerSlot);
  const free = [...places];
  const stop = () => {
    for (const slot of places) slot.stop();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();

  const underWay = new Set<Promise<void>>();
  const ready: Result[] = [];
  let defect: { readonly error: unknown } | undefined;
  let left = false;
  let wake = () => {};

  function begin(): void {
    while (!left && defect === undefined && ready.length < concurrency) {
      const slot = free.at(-1);
      const item = slot && next();
      if (slot === undefined || item === undefined) return;
      free.pop();
      const job: Promise<void> = work(item, slot)
        .then(
          (result) => void ready.push(result),
          (error: unknown) => {
            defect ??= { error };
          },
        )
        .then(() => {
          underWay.delete(job);
          free.push(slot);
          begin();
          wake();
        });
      underWay.add(job);
    }
  }

  try {
    for (;;) {
      const result = ready.shift();
      // Before the result is handed on, so that work goes on while the consumer is busy with it.
      begin();
      if (defect !== undefined) throw defect.error;
      if (result !== undefined) yield result;
      else if (underWay.size === 0) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    left = true;
    stop();
    signal.removeEventListener("abort", stop);
    await Promise.all(underWay);
  }
}
