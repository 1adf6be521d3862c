import { setMaxListeners } from "node:events";

export interface ConcurrentWork<Item, Result extends object> {
  /** Items under way at once; as many results may wait for the consumer before no more is begun. */
  readonly concurrency: number;
  /** The next item; `undefined` for none now. It is asked again after each result. */
  next(): Item | undefined;
  /** `signal` aborts when the caller's does and when the consumer leaves. */
  work(item: Item, signal: AbortSignal): Promise<Result>;
}

/** Yields results as they come. When the consumer leaves early, all work is aborted and waited for. */
export async function* mapConcurrently<Item, Result extends object>(
  { concurrency, next, work }: ConcurrentWork<Item, Result>,
  signal: AbortSignal,
): AsyncGenerator<Result, void, void> {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const abort = () => controller.abort();
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();

  const underWay = new Set<Promise<void>>();
  const ready: Result[] = [];
  let defect: { readonly error: unknown } | undefined;
  let left = false;
  let wake = () => {};

  function begin(): void {
    while (!left && defect === undefined && underWay.size < concurrency && ready.length < concurrency) {
      const item = next();
      if (item === undefined) return;
      const job: Promise<void> = work(item, controller.signal)
        .then(
          (result) => void ready.push(result),
          (error: unknown) => {
            defect ??= { error };
          },
        )
        .then(() => {
          underWay.delete(job);
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
    abort();
    signal.removeEventListener("abort", abort);
    await Promise.all(underWay);
  }
}
