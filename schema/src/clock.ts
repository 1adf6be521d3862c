/** The time and the wait, as a dependency; in tests they can be simulated. */
export interface Clock {
  /** The current time, in milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds, and rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number from 0 (inclusive) to 1 (exclusive), as `Math.random` returns. */
export type Random = () => number;

// What follows is the only code of the packages that asks the environment for the time, a random number or an id. It is
// the default of options named `clock`, `random`, `newId` and `runId`, and nothing else calls it.

/** The clock and the timers of the machine, the default of every option named `clock`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};

/** `Math.random`, the default of every option named `random`. */
export const systemRandom: Random = () => Math.random();

/** A random UUID, version 4: the default of options named `newId` and `runId`. */
export const randomId = (): string => crypto.randomUUID();
