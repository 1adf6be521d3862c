/** So many places, taken one by one and given back. */
export interface Slots {
  /** Resolves when a place is free; first come, first served. Whoever no longer wants it then gives it back. */
  take(): Promise<void>;
  give(): void;
}

/** `count` is 1 or more; Infinity is allowed. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();
  return {
    take: () => {
      if (free > 0) {
        free -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.add(resolve));
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
