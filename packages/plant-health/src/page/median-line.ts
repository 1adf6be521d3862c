import { median } from "../statistics.js";

/** A value at a time. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** In the unit of its line: °C or percent. */
  readonly value: number;
}

/** Instants at equal distances. */
export interface Grid {
  /** The first instant, milliseconds since the epoch. */
  readonly startMs: number;
  /** Milliseconds from one instant to the next. */
  readonly stepMs: number;
  /** Number of instants. */
  readonly points: number;
}

export interface MedianOptions extends Grid {
  /** Width of the window around each point. */
  readonly windowMs: number;
  /** Samples that a whole window has if none is missing. */
  readonly expected: number;
  /** A point that is further from the nearest sample has no median, so that a line ends where the samples end. */
  readonly maxGapMs: number;
}

/**
 * The median of the samples around each point of the grid; `null` with fewer than 40 % of the samples expected, fewer than
 * 3, or none near the point. A median needs no cleaning: a single odd value does not move it.
 *
 * @param samples by time
 */
export function medianLine(samples: readonly Sample[], options: MedianOptions): (number | null)[] {
  const { startMs, stepMs, points, windowMs, expected, maxGapMs } = options;
  const endMs = startMs + stepMs * (points - 1);
  const line: (number | null)[] = [];
  let from = 0;
  let to = 0;
  /** The first sample at or after the point. */
  let next = 0;
  for (let index = 0; index < points; index++) {
    const atMs = startMs + index * stepMs;
    while (from < samples.length && (samples[from]?.atMs ?? 0) < atMs - windowMs / 2) from++;
    to = Math.max(to, from);
    while (next < samples.length && (samples[next]?.atMs ?? 0) < atMs) next++;
    const beforeMs = atMs - (samples[next - 1]?.atMs ?? Number.NEGATIVE_INFINITY);
    const afterMs = (samples[next]?.atMs ?? Number.POSITIVE_INFINITY) - atMs;
    while (to < samples.length && (samples[to]?.atMs ?? 0) < atMs + windowMs / 2) to++;
    // At the ends of the grid a part of the window has no samples.
    const inside = Math.min(endMs, atMs + windowMs / 2) - Math.max(startMs, atMs - windowMs / 2);
    const least = Math.max(3, 0.4 * expected * (inside / windowMs));
    const isNear = Math.min(beforeMs, afterMs) <= maxGapMs;
    line.push(
      isNear && to - from >= least ? median(samples.slice(from, to).map(({ value }) => value)) : null,
    );
  }
  return line;
}

/** Samples that are further than `limit` from the median before and after them: these are not believed. */
export function oddSamples(
  samples: readonly Sample[],
  line: readonly (number | null)[],
  { startMs, stepMs }: Grid,
  limit: number,
): Sample[] {
  return samples.filter(({ atMs, value }) => {
    const position = (atMs - startMs) / stepMs;
    const near = [line[Math.floor(position)], line[Math.ceil(position)]].filter(
      (one): one is number => typeof one === "number",
    );
    return near.length > 0 && near.every((one) => Math.abs(value - one) > limit);
  });
}
