import type { Clock } from "@lmnh/plant-schema";

/** A clock that advances only by `sleep`, which resolves at once. */
export interface FakeClock extends Clock {
  /** Every sleep, in milliseconds. */
  readonly slept: readonly number[];
}

export function fakeClock(start = "2026-03-01T12:00:00.000Z"): FakeClock {
  let now = Date.parse(start);
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
  };
}

/** A clock whose sleeps end only with an abort. */
export function endlessClock(): FakeClock {
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.parse("2026-03-01T12:00:00.000Z"),
    sleep: (ms, signal) => {
      slept.push(ms);
      return new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    },
  };
}
