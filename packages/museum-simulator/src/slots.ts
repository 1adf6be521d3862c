/** So many places, taken one by one and given back. */
export interface Slots {
  /** Resolves when a place is free, first come, first served. Rejects when `signal` aborts while it waits. */
  take(signal: AbortSignal): Promise<void>;
  /** Gives a taken place back. */
  give(): void;
}

/** `count` is 1 or more; Infinity is allowed. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();
  return {
    take: async (signal) => {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const giveUp = () => {
          waiting.delete(enter);
          reject(signal.reason);
        };
        const enter = () => {
          signal.removeEventListener("abort", giveUp);
          resolve();
        };
        waiting.add(enter);
        signal.addEventListener("abort", giveUp, { once: true });
      });
    },
    give: () => {
      const [next] = waiting;
      if (next === undefined) {
        free += 1;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
}
