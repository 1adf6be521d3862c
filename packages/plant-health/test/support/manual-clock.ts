import type { Clock } from "@lmnh/plant-schema";

/** A clock that a test moves. */
export interface ManualClock extends Clock {
  /** Sleeps that have not ended. */
  readonly sleeps: number;
  /** Ends the sleeps that are due, and lets their consequences happen. */
  advance(ms: number): Promise<void>;
}

export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const sleeping = new Set<{ readonly untilMs: number; readonly wake: () => void }>();
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = {
          untilMs: nowMs + ms,
          wake: () => {
            sleeping.delete(sleeper);
            resolve();
          },
        };
        sleeping.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleeping.delete(sleeper);
          reject(signal.reason);
        });
      }),
    get sleeps() {
      return sleeping.size;
    },
    advance: async (ms) => {
      nowMs += ms;
      for (const sleeper of [...sleeping]) if (sleeper.untilMs <= nowMs) sleeper.wake();
      await settle();
    },
  };
}

/** Lets everything happen that needs no time, also what the digest of a page waits for on a busy machine. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (turn % 5 === 4) await crypto.subtle.digest("SHA-256", new Uint8Array(1));
  }
}
