/** Milliseconds between the report and the platform's limit: two documented seconds and one of margin. */
const reserveMs = 3_000;

const longestLoadMs = 8_000;
const longestWindDownMs = 60_000;

/** Divides the remaining time, milliseconds, between requests and the load of their responses. */
export function divideRunTime(remainingMs: number): { readonly requestMs: number; readonly loadMs: number } {
  const totalMs = Math.max(2, remainingMs - reserveMs);
  const loadMs = Math.floor(Math.min(longestLoadMs, totalMs * 0.3)) + 1;
  return { requestMs: Math.max(1, Math.floor(totalMs - loadMs)), loadMs };
}

/** How long the database is retried, milliseconds. The rest is for the report of the failure. */
export function retryMs(remainingMs: number): number {
  return Math.max(1, Math.floor(remainingMs - reserveMs));
}

/** How long an archive run lasts, milliseconds. The rest is for the last step of a file after the stop. */
export function archiveTimeMs(remainingMs: number): number {
  const totalMs = Math.max(1, remainingMs - reserveMs);
  return Math.max(1, Math.floor(totalMs - Math.min(longestWindDownMs, totalMs * 0.5)));
}
