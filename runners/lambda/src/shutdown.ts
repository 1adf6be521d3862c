import type { Host } from "./lambda-host.js";

/** Long enough to pass the report to the platform, milliseconds. */
const closeDelayMs = 100;

export interface Stop {
  /** Begins an invocation; its signal aborts when the platform is about to end the process. */
  begin(): AbortSignal;
  end(): void;
}

/** On SIGTERM the current run loads what it has and reports. Then, or at once if none is running, the database is closed and the process ends. */
export function listenForStop({ onStop, endProcess, clock }: Host, close: () => Promise<void>): Stop {
  let running: AbortController | undefined;
  let stopping = false;
  const closeAndEnd = () => {
    close().then(endProcess, endProcess);
  };
  onStop(() => {
    stopping = true;
    if (running === undefined) closeAndEnd();
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
      if (stopping) void clock.sleep(closeDelayMs).then(closeAndEnd);
    },
  };
}
