import type { Host, StopSignal } from "../host.js";

const exitCodes: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** npm forwards to its child the signal that the terminal has already sent to both: the second one is a duplicate. */
const duplicateMs = 150;

export interface Stop {
  /** Aborts with the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  release(): void;
}

/** The first signal aborts the work in an orderly way; the second one ends the process at once, with 130, 143 or 129. */
export function listenForStop(
  { onStopSignal, elapsedMs, exit }: Pick<Host, "onStopSignal" | "elapsedMs" | "exit">,
  onFirst: (signal: StopSignal) => void,
): Stop {
  const controller = new AbortController();
  let firstMs: number | undefined;
  const release = onStopSignal((name) => {
    if (firstMs === undefined) {
      firstMs = elapsedMs();
      onFirst(name);
      controller.abort();
    } else if (elapsedMs() - firstMs > duplicateMs) exit(exitCodes[name]);
  });
  return { signal: controller.signal, release };
}
