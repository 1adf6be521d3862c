import { type ArchivePlan, type ArchiveReport, partitionOf } from "@lmnh/plant-archive";
import { archiveOutcome, okOutcome } from "@lmnh/plant-runtime";
import { describe, expect, test } from "vitest";
import { archivePlanLines } from "../../src/output/format-archive-plan.js";
import { archiveLines } from "../../src/output/format-archive-report.js";
import { describeProblem, describeProblems } from "../../src/output/format-file-problems.js";

const hour = (text: string) => partitionOf(Date.parse(`${text}:00Z`));

const report: ArchiveReport = {
  runId: "r",
  startedAt: "2026-03-03T12:00:00.000Z",
  finishedAt: "2026-03-03T12:00:00.003Z",
  durationMs: 3,
  archived: { rows: 20, files: 2, bytes: 2000 },
  pruned: { rows: 30, files: 3 },
  alreadyArchived: { duplicates: 4, conflicts: 5 },
  verified: true,
  quarantined: [],
  problems: [],
  contended: 0,
  partitions: [
    { partition: hour("2026-03-01T09"), rows: 0, files: 0, bytes: 0, prunedRows: 20 },
    { partition: hour("2026-03-01T10"), rows: 10, files: 1, bytes: 1000, prunedRows: 10 },
    { partition: hour("2026-03-03T11"), rows: 10, files: 1, bytes: 1000, prunedRows: 0 },
  ],
  summarized: ["2026-03-01"],
  complete: true,
};

const lines = (changed: Partial<ArchiveReport>) =>
  archiveLines({ ...report, ...changed }, archiveOutcome({ ...report, ...changed })).map((line) =>
    line.trim().replace(/ {2,}/g, "  "),
  );

describe("archiveLines", () => {
  test("lists archived hours and pruned hours separately", () => {
    expect(lines({})).toEqual([
      "Archive run r, ok after 3 ms",
      "archived  20  readings in 2 files, 2.0 kB, 2026-03-01T10 to 2026-03-03T11",
      "pruned  30  readings of 3 files left the database, 2026-03-01T09 to 2026-03-01T10",
      "duplicates  4  readings left the database; a file contains the same",
      "conflicts  5  readings left for quarantined_row; a file contains other values",
      "summaries  1  day",
    ]);
    const [first] = report.partitions;
    expect(
      lines({ archived: { rows: 0, files: 0, bytes: 0 }, partitions: first === undefined ? [] : [first] }),
    ).toEqual(
      expect.arrayContaining([
        "archived  0  readings in 0 files, 0 B",
        "pruned  30  readings of 3 files left the database, 2026-03-01T09",
      ]),
    );
  });

  test("uses the singular for one file with one reading", () => {
    expect(lines({ archived: { rows: 1, files: 1, bytes: 900 }, pruned: { rows: 1, files: 1 } })).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^archived {2}1 {2}reading in 1 file,/),
        expect.stringMatching(/^pruned {2}1 {2}reading of 1 file left/),
      ]),
    );
  });

  test("is ok only without a problem", () => {
    const end = (changed: Partial<ArchiveReport>) => lines(changed)[0];
    const quarantined = [{ key: "a", reason: "a is damaged" }];
    expect(end({ quarantined })).toBe("Archive run r, failed (quarantined, exit 65) after 3 ms");
    expect(end({ complete: false })).toBe("Archive run r, degraded (stopped, exit 75) after 3 ms");
  });
});

describe("archivePlanLines", () => {
  const file = (rows: number) => ({
    fileId: 1,
    key: "a",
    partition: hour("2026-03-01T09"),
    state: "claimed" as const,
    range: { after: 0, through: rows },
    rows,
    bytes: null,
    digest: null,
    runId: "r",
  });
  const plan: ArchivePlan = { partitions: [], quarantined: [], problems: [] };
  const text = (changed: Partial<ArchivePlan>) =>
    archivePlanLines({ ...plan, ...changed }, okOutcome).map((line) => line.trim().replace(/ {2,}/g, "  "));

  test("has a line per hour, and one for the quarantined files", () => {
    const common = { prune: false, verified: [], claimed: [], blocked: false };
    expect(
      text({
        partitions: [
          {
            ...common,
            partition: hour("2026-03-01T09"),
            unarchived: 0,
            newFiles: 0,
            prune: true,
            verified: [file(3)],
          },
          {
            ...common,
            partition: hour("2026-03-01T10"),
            unarchived: 5,
            newFiles: 1,
            prune: true,
            claimed: [file(4)],
          },
          { ...common, partition: hour("2026-03-03T10"), unarchived: 1, newFiles: 1 },
          { ...common, partition: hour("2026-03-03T11"), unarchived: 2, newFiles: 1, blocked: true },
        ],
        quarantined: [file(1)],
      }),
    ).toEqual([
      "Archive plan, ok. Nothing was written. A run would do this:",
      "2026-03-01T09  nothing to archive  prune 1 file",
      "2026-03-01T10  archive 9 readings in 2 files  prune 2 files",
      "2026-03-03T10  archive 1 reading in 1 file",
      "2026-03-03T11  blocked",
      "move 1 quarantined file",
    ]);
  });

  test("of nothing is one line", () => {
    expect(text({})).toEqual([
      "Archive plan, ok. Nothing was written. A run would do this:",
      "nothing: there is nothing to archive or to prune",
    ]);
  });
});

test("describeProblems writes a line per problem, not per file, and limits the lines", () => {
  const unknown = Array.from({ length: 47 }, (_, index) => ({ key: `f${index}`, reason: "is unknown" }));
  const missing = { key: "g", reason: "g is not there. Look for it." };
  expect(describeProblems([...unknown, missing])).toEqual([
    "f0: is unknown (and 46 other files likewise, up to f46)",
    "g is not there. Look for it",
  ]);
  const different = unknown.map(({ key }, index) => ({ key, reason: `has ${index} bytes` }));
  const lines = describeProblems(different);
  expect([lines.length, lines.at(-1)]).toEqual([21, "27 more lines left out; --json has all"]);
});

test("describeProblem contains the key once, and ends without a full stop", () => {
  expect(describeProblem({ key: "a/b", reason: "a/b is damaged. Compare it." })).toBe(
    "a/b is damaged. Compare it",
  );
  expect(describeProblem({ key: "a/b", reason: "has 5 bytes where the catalog has 6" })).toBe(
    "a/b: has 5 bytes where the catalog has 6",
  );
});
