import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArchiveFile, FileState } from "../../src/model/archive-file.js";
import { hourMs, type Partition, partitionEnd, partitionOf } from "../../src/model/partition.js";
import { planPartitions } from "../../src/plan/plan-partitions.js";

const now = Date.parse("2026-01-28T14:05:00.000Z");
const hour = (ago: number): Partition => partitionOf(now - ago * hourMs);

function fileOf(fileId: number, partition: Partition, state: FileState): ArchiveFile {
  return {
    fileId,
    key: `${partition}-${fileId}`,
    partition,
    state,
    range: { after: 0, through: 0 },
    rows: 10,
    bytes: null,
    digest: null,
    runId: "run",
  };
}

describe("planPartitions", () => {
  test("plans new files of at most rowsPerFile readings, the oldest hour first", () => {
    const unarchived = [
      { partition: hour(1), rows: 100 },
      { partition: hour(30), rows: 101 },
    ];
    const plan = planPartitions(
      { files: [], unarchived },
      { pruneUntil: now - 24 * hourMs, rowsPerFile: 50 },
    );
    expect(plan).toEqual([
      { partition: hour(30), claimed: [], unarchived: 101, newFiles: 3, prune: true, verified: [] },
      { partition: hour(1), claimed: [], unarchived: 100, newFiles: 2, prune: false, verified: [] },
    ]);
  });

  test("includes claimed files, and verified ones once they are old", () => {
    const files = [
      fileOf(1, hour(30), "verified"),
      fileOf(2, hour(3), "verified"),
      fileOf(3, hour(2), "claimed"),
    ];
    const plan = planPartitions(
      { files, unarchived: [] },
      { pruneUntil: now - 24 * hourMs, rowsPerFile: 50 },
    );
    expect(plan.map(({ partition, claimed, verified }) => [partition, claimed, verified])).toEqual([
      [hour(30), [], [files[0]]],
      [hour(2), [files[2]], []],
    ]);
  });

  test("prunes an hour only if all of it is older than the retention", () => {
    const files = [fileOf(1, hour(24), "verified")];
    const settings = { rowsPerFile: 50 };
    const end = partitionEnd(hour(24));
    const plan = (pruneUntil: number | null) =>
      planPartitions({ files, unarchived: [] }, { ...settings, pruneUntil });
    expect(plan(end - 1)).toEqual([]);
    expect(plan(end)).toMatchObject([{ prune: true, verified: files }]);
    expect(plan(null)).toEqual([]);
  });

  test("includes every file but verified ones that are not old", () => {
    const states = fc.constantFrom<FileState>("claimed", "verified");
    const drawn = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), states), { maxLength: 30 });
    fc.assert(
      fc.property(drawn, fc.integer({ min: 0, max: 60 }), (specs, days) => {
        const files = specs.map(([ago, state], index) => fileOf(index, hour(ago), state));
        const pruneUntil = now - days * hourMs;
        const plan = planPartitions({ files, unarchived: [] }, { pruneUntil, rowsPerFile: 50 });
        const named = plan.flatMap(({ claimed, verified }) => [...claimed, ...verified]);
        const left = files.filter((file) => !named.includes(file));
        expect(named.length + left.length).toBe(files.length);
        expect(
          left.every(({ state, partition }) => state === "verified" && partitionEnd(partition) > pruneUntil),
        ).toBe(true);
      }),
    );
  });
});
