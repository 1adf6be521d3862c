/**
 * One of the slots of concurrent work, with a signal that its items share one after another: creating one for each costs
 * more than sending a request.
 */
export interface WorkerSlot {
  /** `true` after `stop`. */
  readonly stopped: boolean;
  /** For the next request in this slot; aborted by `abort` and `stop`. */
  signal(): AbortSignal;
  /** Aborts the request in progress. */
  abort(): void;
  /** Aborts it and every later one. */
  stop(): void;
}

/** Node's own fetch removes its listener from a signal only at garbage collection, and warns of more than 1,500. */
const maxUses = 100;

export function createWorkerSlot(): WorkerSlot {
  let controller = new AbortController();
  let uses = 0;
  let stopped = false;
  return {
    get stopped() {
      return stopped;
    },
    signal() {
      if (!stopped && (controller.signal.aborted || uses === maxUses)) {
        controller = new AbortController();
        uses = 0;
      }
      uses++;
      return controller.signal;
    },
    abort: () => controller.abort(),
    stop() {
      stopped = true;
      controller.abort();
    },
  };
}
