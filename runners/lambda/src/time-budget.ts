/** Between the report and the platform's limit, milliseconds: two seconds that were promised, and one to keep the promise. */
const reserveMs = 3_000;

const longestLoadMs = 8_000;
const longestWindDownMs = 60_000;

/** How the time that is left, milliseconds, is divided: for asking, and then for loading what was answered. */
export function divideRunTime(remainingMs: number): { readonly askMs: number; readonly loadMs: number } {
  const wholeMs = Math.max(2, remainingMs - reserveMs);
  const loadMs = Math.floor(Math.min(longestLoadMs, wholeMs * 0.3)) + 1;
  return { askMs: Math.max(1, Math.floor(wholeMs - loadMs)), loadMs };
}

/** How long the database is tried again for, milliseconds: then there is just time to say that it was in vain. */
export function tryAgainMs(remainingMs: number): number {
  return Math.max(1, Math.floor(remainingMs - reserveMs));
}

/** How long an archive run goes on, milliseconds: a file's last step may take a while after it was told to stop. */
export function archiveTimeMs(remainingMs: number): number {
  const wholeMs = Math.max(1, remainingMs - reserveMs);
  return Math.max(1, Math.floor(wholeMs - Math.min(longestWindDownMs, wholeMs * 0.5)));
}
