/**
 * One of the places for work under way, with a signal that the items in it use one after another: to make one for each
 * costs more than to send a request.
 */
export interface WorkerSlot {
  /** `true` once everything is to stop. */
  readonly stopped: boolean;
  /** For the next request in this place; aborted when everything is to stop. */
  signal(): AbortSignal;
  /** Gives up the request under way here. */
  abort(): void;
  /** Gives it up and every later one. */
  stop(): void;
}

/** Node's own fetch takes its listener off a signal only when the request is garbage, and warns of more than 1,500. */
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
