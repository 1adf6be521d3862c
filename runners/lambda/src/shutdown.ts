import type { Host } from "./host.js";

/** Long enough for the report to be handed to the platform, milliseconds. */
const partingMs = 100;

export interface Stop {
  /** Begins an invocation; its signal aborts when the platform is about to end the process. */
  begin(): AbortSignal;
  end(): void;
}

/** When the process is told to end, the run under way loads what it has and reports; then, or at once, it leaves in order. */
export function listenForStop({ onStop, leave, clock }: Host, close: () => Promise<void>): Stop {
  let running: AbortController | undefined;
  let stopping = false;
  const closeAndLeave = () => {
    close().then(leave, leave);
  };
  onStop(() => {
    stopping = true;
    if (running === undefined) closeAndLeave();
    else running.abort();
  });
  return {
    begin() {
      running = new AbortController();
      if (stopping) running.abort();
      return running.signal;
    },
    end() {
      running = undefined;
      if (stopping) void clock.sleep(partingMs).then(closeAndLeave);
    },
  };
}
