/** A counting semaphore. */
export interface Semaphore {
  /** Resolves when a slot is free, in the order of the calls. A caller that no longer needs the slot must release it. */
  acquire(): Promise<void>;
  release(): void;
}

/** `count` is 1 or more, or Infinity. */
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
