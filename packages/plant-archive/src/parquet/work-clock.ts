const tickMs = 50;

/**
 * Calls `onLimit` after `limitMs` milliseconds of work of this process.
 *
 * Counts elapsed time, but no more than the processor time of the process, so that a busy or throttled machine or a
 * suspended process does not reach the limit. A late tick of a busy event loop counts as one, so that a pending result is
 * received first.
 *
 * @returns a function that stops the clock
 */
export function startWorkClock(limitMs: number, onLimit: () => void): () => void {
  let worked = 0;
  let before = { at: performance.now(), cpu: process.cpuUsage() };
  const timer = setInterval(() => {
    const now = { at: performance.now(), cpu: process.cpuUsage() };
    const cpuMs = (now.cpu.user + now.cpu.system - before.cpu.user - before.cpu.system) / 1000;
    worked += Math.min(now.at - before.at, cpuMs, 2 * tickMs);
    before = now;
    if (worked < limitMs) return;
    clearInterval(timer);
    onLimit();
  }, tickMs);
  return () => clearInterval(timer);
}
