import type { Clock } from "@lmnh/plant-etl";
import { nextTick } from "./next-tick.js";

export interface RepeatOptions {
  readonly everyMs: number;
  readonly elapsedMs: () => number;
  readonly sleep: Clock["sleep"];
  readonly signal: AbortSignal;
  readonly onSkipped: (ticks: number) => void;
  /** Called before each wait with its length, milliseconds. */
  readonly onWait: (waitMs: number) => void;
}

/** Runs an action at every tick, one at a time, until the signal aborts. A running action is completed. */
export async function repeat(action: () => Promise<void>, options: RepeatOptions): Promise<void> {
  const { everyMs, elapsedMs, sleep, signal, onSkipped, onWait } = options;
  const startMs = elapsedMs();
  let tick = 0;
  while (!signal.aborted) {
    await action();
    if (signal.aborted) return;
    const next = nextTick(startMs, everyMs, tick, elapsedMs());
    if (next.skipped > 0) onSkipped(next.skipped);
    tick = next.number;
    const waitMs = Math.max(0, next.atMs - elapsedMs());
    onWait(waitMs);
    try {
      await sleep(waitMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
