/** So many places, taken one by one and given back. */
export interface Semaphore {
  /** Resolves when a place is free; first come, first served. Whoever no longer wants it then gives it back. */
  acquire(): Promise<void>;
  release(): void;
}

/** `count` is 1 or more; Infinity is allowed. */
export function createSemaphore(count: number): Semaphore {
  let free = count;
  const waiting = new Set<() => void>();
  return {
    acquire: () => {
      if (free > 0) {
        free -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.add(resolve));
    },
    release: () => {
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
