/**
 * Rounds a delay randomly so that delays of `ms` are correct on average: Node's timers have a resolution of 1 ms and are
 * 0.5 ms late on average. `draw`, from 0 to 1, selects one of the two nearest values.
 */
export function ditherTimer(ms: number, draw: number): number {
  return Math.max(0, Math.floor(ms - 0.5 + draw));
}
