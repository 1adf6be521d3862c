import type { ArchiveReport, RestoreReport, VerifyReport } from "@lmnh/plant-archive";
import { describe, expect, test } from "vitest";
import { archiveOutcome, restoreOutcome, verifyOutcome } from "../src/archive-outcome.js";
import { okOutcome } from "../src/run-outcome.js";

const goodArchive: ArchiveReport = {
  runId: "r",
  startedAt: "2026-03-01T12:00:00.000Z",
  finishedAt: "2026-03-01T12:00:01.000Z",
  durationMs: 1000,
  archived: { rows: 10, files: 1, bytes: 1000 },
  pruned: { rows: 0, files: 0 },
  alreadyArchived: { duplicates: 0, conflicts: 0 },
  verified: true,
  quarantined: [],
  problems: [],
  contended: 0,
  partitions: [],
  summarized: [],
  complete: true,
};

describe("archiveOutcome", () => {
  test("returns ok for a complete run without problems", () => {
    expect(archiveOutcome(goodArchive)).toEqual(okOutcome);
  });

  test("fails for a quarantined file or a problem, with the first reason and the number of the others", () => {
    const damaged = { key: "a", reason: "a is damaged" };
    const other = { key: "b", reason: "b is odd" };
    expect(archiveOutcome({ ...goodArchive, quarantined: [damaged], problems: [other] })).toMatchObject({
      outcome: "failed",
      reason: "quarantined",
      exitCode: 65,
      problem: expect.stringMatching(
        /^A file differs from what was written: a is damaged \(and 1 more\)\. .*nothing was deleted/,
      ),
    });
    expect(archiveOutcome({ ...goodArchive, problems: [other] })).toEqual({
      outcome: "failed",
      reason: "problems",
      exitCode: 65,
      problem: "b is odd",
    });
  });

  test("ends each sentence with one full stop, whether the reason has one or not", () => {
    const problems = [{ key: "a", reason: "a is damaged. Compare it with a backup." }];
    expect(archiveOutcome({ ...goodArchive, quarantined: problems }).problem).toMatch(
      /a backup\. It is in quarantine/,
    );
    expect(archiveOutcome({ ...goodArchive, problems: [...problems, ...problems] }).problem).toBe(
      "a is damaged. Compare it with a backup (and 1 more)",
    );
  });

  test("returns degraded for a stopped run, but failed if it has problems", () => {
    expect(archiveOutcome({ ...goodArchive, complete: false })).toMatchObject({
      outcome: "degraded",
      reason: "stopped",
      exitCode: 75,
    });
    const problems = [{ key: "b", reason: "b is odd" }];
    expect(archiveOutcome({ ...goodArchive, problems, complete: false })).toMatchObject({ exitCode: 65 });
  });
});

const verification: VerifyReport = {
  deep: false,
  files: 5,
  rows: 10,
  bytes: 1000,
  unfinished: 0,
  unchecked: [],
  problems: [],
  complete: true,
  verifiedAt: null,
};
const restored: RestoreReport = {
  files: 1,
  restored: 10,
  present: 0,
  plants: 1,
  barePlants: 0,
  partitions: [],
  problems: [],
  complete: true,
};

test("verifyOutcome and restoreOutcome return ok, stopped, or failed for problems, which take precedence", () => {
  const problems = [{ key: "a", reason: "a is damaged" }];
  expect([verifyOutcome(verification, 5), restoreOutcome(restored)]).toEqual([okOutcome, okOutcome]);
  for (const { outcome, reason, exitCode, problem } of [
    verifyOutcome({ ...verification, complete: false }, 4),
    restoreOutcome({ ...restored, complete: false }),
  ])
    expect([outcome, reason, exitCode, problem]).toEqual([
      "degraded",
      "stopped",
      75,
      expect.stringMatching(/was stopped(?: after 4 of 5 files)?\. Run it again/),
    ]);
  for (const complete of [true, false]) {
    const problem = complete ? null : expect.stringMatching(/was stopped/);
    const failed = { outcome: "failed", exitCode: 65, problem };
    expect(verifyOutcome({ ...verification, problems, complete }, 4)).toEqual({
      ...failed,
      reason: "problems",
    });
    expect(restoreOutcome({ ...restored, problems, complete })).toEqual({ ...failed, reason: "problems" });
  }
});
