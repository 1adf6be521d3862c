/**
 * What to set a timer to, so that waits of `ms` milliseconds are right on average, if not one by one: Node's timers take
 * whole milliseconds, and fire half a one late on average. `draw`, from 0 to 1, decides between the two nearest.
 */
export function timerMs(ms: number, draw: number): number {
  return Math.max(0, Math.floor(ms - 0.5 + draw));
}
