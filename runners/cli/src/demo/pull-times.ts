/** The simulated instants of the demo's pulls, milliseconds since the epoch, oldest first. */
export function pullTimes(nowMs: number, days: number, everyMs: number): number[] {
  const lastMs = Math.floor(nowMs / everyMs) * everyMs;
  const count = Math.floor((days * 86_400_000) / everyMs);
  return Array.from({ length: count }, (_, index) => lastMs - (count - 1 - index) * everyMs);
}
