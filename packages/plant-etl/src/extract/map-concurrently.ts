import { createWorkerSlot, type WorkerSlot } from "./worker-slot.js";

export interface ConcurrentWork<Item, Result extends object> {
  /** Items in progress at once; no item is started while as many results wait for the consumer. */
  readonly concurrency: number;
  /** The next item; `undefined` for none at the moment. Called again after each result. */
  next(): Item | undefined;
  /** `slot` stops when the caller's signal aborts or the consumer leaves. */
  work(item: Item, slot: WorkerSlot): Promise<Result>;
}

/** Yields results as they complete. When the consumer leaves early, all work is aborted and awaited. */
export async function* mapConcurrently<Item, Result extends object>(
  { concurrency, next, work }: ConcurrentWork<Item, Result>,
  signal: AbortSignal,
): AsyncGenerator<Result, void, void> {
  const slots = Array.from({ length: concurrency }, createWorkerSlot);
  const free = [...slots];
  const stop = () => {
    for (const slot of slots) slot.stop();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();

  const inProgress = new Set<Promise<void>>();
  const ready: Result[] = [];
  let failure: { readonly error: unknown } | undefined;
  let left = false;
  let wake = () => {};

  function startItems(): void {
    while (!left && failure === undefined && ready.length < concurrency) {
      const slot = free.at(-1);
      const item = slot && next();
      if (slot === undefined || item === undefined) return;
      free.pop();
      const job: Promise<void> = work(item, slot)
        .then(
          (result) => void ready.push(result),
          (error: unknown) => {
            failure ??= { error };
          },
        )
        .then(() => {
          inProgress.delete(job);
          free.push(slot);
          startItems();
          wake();
        });
      inProgress.add(job);
    }
  }

  try {
    for (;;) {
      const result = ready.shift();
      // Before the result is yielded, so that work continues while the consumer processes it.
      startItems();
      if (failure !== undefined) throw failure.error;
      if (result !== undefined) yield result;
      else if (inProgress.size === 0) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    left = true;
    stop();
    signal.removeEventListener("abort", stop);
    await Promise.all(inProgress);
  }
}
