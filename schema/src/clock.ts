/** The time, as a dependency. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number from 0 (inclusive) to 1 (exclusive), as `Math.random` returns. */
export type Random = () => number;

// What follows is the only code of the packages that asks the environment for the time, a random number or an id. It is
// the default of options named `clock`, `random`, `newId` and `runId`, and nothing else calls it.

/** The clock of the machine. */
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

/** `Math.random`. */
export const systemRandom: Random = () => Math.random();

/** A random UUID, version 4. */
export const randomId = (): string => crypto.randomUUID();
