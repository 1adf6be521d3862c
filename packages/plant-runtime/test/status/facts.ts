import type { RunRecord, StatusFacts } from "../../src/index.js";

export const nowMs = Date.parse("2026-11-29T12:00:00.000Z");
export const minuteMs = 60_000;

export function run(ago: number, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: `run-${ago}`,
    startedMs: nowMs - ago * minuteMs,
    finishedMs: nowMs - ago * minuteMs + 2_000,
    state: "complete",
    outcome: "ok",
    reason: null,
    requested: 50,
    loaded: 48,
    absent: 2,
    rejected: 0,
    failed: 0,
    ...changes,
  };
}

export function known<Facts>(facts: Facts) {
  return { kind: "known", facts } as const;
}

/** Of an installation that is well: a run each minute for a day, archived to the last hour. */
export function wellFacts(changes: Partial<StatusFacts> = {}): StatusFacts {
  const newest = Array.from({ length: 20 }, (_, index) => run(index + 1));
  return {
    database: known({ name: "sqlite:plants.db", bytes: 5_600_000 }),
    databaseFiles: known({
      path: "plants.db",
      folder: ".",
      isFolderMissing: false,
      existing: ["plants.db", "plants.db-wal"],
      isEmpty: false,
    }),
    runs: known({
      newest,
      futureMs: null,
      lastOk: newest[0] ?? null,
      lastNotOk: null,
      failure: null,
      firstMs: nowMs - 3 * 24 * 60 * minuteMs,
      day: { runs: 1440, loaded: 69_000, flagged: 12 },
    }),
    readings: known({ newestMs: nowMs - minuteMs, future: 0, newestFutureMs: null }),
    plants: known({ known: 49, quiet: [] }),
    rejections: known({ byPlant: [] }),
    alerts: known({
      firing: [],
      plants: 0,
      lastDelivery: null,
      failing: 0,
      givenUp: 0,
      failure: null,
      waiting: 0,
      waitingSinceMs: null,
    }),
    catalog: known({
      files: 48,
      rows: 13_700,
      bytes: 373_000,
      claimed: 0,
      quarantined: 0,
      quarantinedUnarchived: 0,
      lastHour: "2026-11-29T10",
      unarchived: 96,
      oldestUnarchivedMs: nowMs - 60 * minuteMs,
      verifiedMs: null,
    }),
    store: known({
      name: "file:archive",
      exists: true,
      compared: 48,
      wrong: [],
      hasId: true,
    }),
    disks: known([
      {
        use: "database and archive",
        folder: ".",
        freeBytes: 70e9,
        totalBytes: 270e9,
        freeFiles: 1e6,
        totalFiles: 2e6,
      },
    ]),
    ...changes,
  };
}
