const tickMs = 50;

/**
 * Calls `onPassed` when this process has worked for `limitMs` milliseconds since the call.
 *
 * Counts the time that passes, but no more than the processor time that the process uses meanwhile: on a busy or throttled
 * machine, or while the process is suspended, the limit stays away. A tick that comes late because the event loop was
 * busy counts as one, so that a result that waits to be received is received first.
 *
 * @returns what ends the counting
 */
export function startWorkClock(limitMs: number, onPassed: () => void): () => void {
  let worked = 0;
  let before = { at: performance.now(), cpu: process.cpuUsage() };
  const timer = setInterval(() => {
    const now = { at: performance.now(), cpu: process.cpuUsage() };
    const cpuMs = (now.cpu.user + now.cpu.system - before.cpu.user - before.cpu.system) / 1000;
    worked += Math.min(now.at - before.at, cpuMs, 2 * tickMs);
    before = now;
    if (worked < limitMs) return;
    clearInterval(timer);
    onPassed();
  }, tickMs);
  return () => clearInterval(timer);
}
