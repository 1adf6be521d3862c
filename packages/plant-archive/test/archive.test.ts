import { describe, expect, test } from "vitest";
import { archive } from "../src/archive.js";
import { bindArchive } from "../src/lifecycle/archive-id.js";
import type { ArchivedReading } from "../src/model/archived-reading.js";
import { fileKey } from "../src/model/object-keys.js";
import { hourMs } from "../src/model/partition.js";
import { readingTable } from "../src/model/reading-table.js";
import { faultyObjectStore } from "../src/testing/faulty-object-store.js";
import { buildReading } from "../src/testing/reading-builders.js";
import { openWorld, putObject, type ReadingSpec, readingsIn, runs, type World } from "./support/world.js";

const day = "2026-01-28";
const at = (time: string) => `${day}T${time}Z`;
const now = Date.parse(at("14:05:00.000"));

/** Three readings in an hour that is old, two in one that is closed, one in the present. */
const filling: readonly ReadingSpec[] = [
  [1, "2026-01-27T13:00:00.000Z"],
  [2, "2026-01-27T13:30:00.000Z"],
  [1, "2026-01-27T13:59:59.999Z"],
  [1, at("13:00:00.000")],
  [2, at("13:59:59.999")],
  [1, at("14:00:00.000")],
];

async function filledWorld(): Promise<World> {
  const world = await openWorld(now);
  await world.load(...filling);
  return world;
}

describe("archive", () => {
  test("archives every closed hour and prunes only what is older than a day", async () => {
    const world = await filledWorld();
    const report = await world.archive();
    expect(report).toMatchObject({
      archived: { rows: 5, files: 2 },
      pruned: { rows: 3, files: 1 },
      verified: true,
      complete: true,
      partitions: [
        { partition: "2026-01-27T13", rows: 3, files: 1, prunedRows: 3 },
        { partition: "2026-01-28T13", rows: 2, files: 1, prunedRows: 0 },
      ],
    });
    expect(await world.namesInFiles()).toEqual([
      "1 2026-01-27T13:00:00.000Z",
      "1 2026-01-27T13:59:59.999Z",
      "1 2026-01-28T13:00:00.000Z",
      "2 2026-01-27T13:30:00.000Z",
      "2 2026-01-28T13:59:59.999Z",
    ]);
    expect(await world.namesInDatabase()).toEqual([
      "1 2026-01-28T13:00:00.000Z",
      "1 2026-01-28T14:00:00.000Z",
      "2 2026-01-28T13:59:59.999Z",
    ]);
  });

  test.each(["throws", "rejects"])("is not changed by an observer that %s", async (how) => {
    const fail = () => {
      throw new Error("full");
    };
    const failed: string[] = [];
    const world = await filledWorld();
    const report = await world.archive({
      maxConcurrentPartitions: 1,
      observer: how === "throws" ? fail : async () => fail(),
      onObserverError: (error, { type }) => {
        failed.push(`${type}: ${error}`);
        throw new Error("so is the log");
      },
    });
    expect(report).toMatchObject({
      archived: { rows: 5, files: 2 },
      pruned: { rows: 3, files: 1 },
      verified: true,
      complete: true,
    });
    const types = ["planned", "read", "verified", "read", "verified", "pruned", "summarized", "finished"];
    expect(failed).toEqual(types.map((type) => `${type}: Error: full`));
  });

  test("does nothing the second time", async () => {
    const world = await filledWorld();
    await world.archive();
    const before = await world.objects.keys();
    expect(await world.archive()).toMatchObject({
      archived: { rows: 0, files: 0, bytes: 0 },
      pruned: { rows: 0 },
      verified: true,
      partitions: [],
    });
    expect(await world.objects.keys()).toEqual(before);
  });

  test("prunes in a later run after it has verified the file again", async () => {
    const world = await filledWorld();
    await world.archive();
    world.now += 25 * hourMs;
    expect(await world.archive()).toMatchObject({ archived: { rows: 1 }, pruned: { rows: 3, files: 2 } });
    expect(await world.namesInDatabase()).toEqual([]);
  });

  test("with retentionMs null prunes nothing, and the next run does", async () => {
    const world = await filledWorld();
    expect(await world.archive({ retentionMs: null })).toMatchObject({
      archived: { rows: 5 },
      pruned: { rows: 0 },
    });
    expect(await world.archive()).toMatchObject({ archived: { rows: 0 }, pruned: { rows: 3 } });
  });

  test("splits an hour into files of the given size, by plant and time", async () => {
    const world = await filledWorld();
    const report = await world.archive({ rowsPerFile: 2 });
    expect(report.archived).toMatchObject({ rows: 5, files: 3 });
    const files = await world.catalog.files();
    expect(files.map(({ partition, rows }) => [partition, rows])).toEqual(
      expect.arrayContaining([
        ["2026-01-27T13", 2],
        ["2026-01-27T13", 1],
        ["2026-01-28T13", 2],
      ]),
    );
  });

  test("gives late readings a file of their own in the same hour", async () => {
    const world = await filledWorld();
    await world.archive();
    await world.load([2, at("13:15:00.000")], [2, "2026-01-27T13:15:00.000Z"]);
    expect(await world.archive()).toMatchObject({
      archived: { rows: 2, files: 2 },
      pruned: { rows: 1, files: 1 },
    });
    expect((await world.namesInFiles()).length).toBe(7);
  });

  test("counts a reading once if it is loaded again after it was pruned", async () => {
    const world = await filledWorld();
    await world.archive();
    await world.load([1, "2026-01-27T13:00:00.000Z"], [2, "2026-01-27T13:45:00.000Z"]);
    expect(await world.archive()).toMatchObject({
      archived: { rows: 1 },
      alreadyArchived: { duplicates: 1, conflicts: 0 },
      verified: true,
    });
    const names = await world.namesInFiles();
    expect(new Set(names).size).toBe(names.length);
    expect(await world.namesInDatabase()).not.toContain("1 2026-01-27T13:00:00.000Z");
  });

  test("writes no file if all readings are archived already", async () => {
    const world = await filledWorld();
    await world.archive();
    const before = await world.objects.keys();
    await world.load([1, "2026-01-27T13:00:00.000Z"]);
    expect(await world.archive()).toMatchObject({
      archived: { files: 0 },
      alreadyArchived: { duplicates: 1 },
    });
    expect(await world.objects.keys()).toEqual(before);
    expect(await world.catalog.files()).toHaveLength(2);
  });

  test("quarantines a reading if it is loaded again with other values", async () => {
    const world = await filledWorld();
    await world.archive();
    await world.load([1, "2026-01-27T13:00:00.000Z", { temperature: 99 }]);
    expect(await world.archive()).toMatchObject({ alreadyArchived: { duplicates: 0, conflicts: 1 } });
    expect((await world.catalog.tables.state()).quarantined).toMatchObject([
      { reason: "conflicting reading" },
    ]);
  });

  test("leaves readings of the future alone until their hour is over", async () => {
    const world = await openWorld(now);
    await world.load([1, "2026-01-29T10:00:00.000Z"]);
    expect((await world.archive()).archived.rows).toBe(0);
    world.now = Date.parse("2026-01-29T11:00:00.000Z");
    expect((await world.archive()).archived.rows).toBe(1);
  });

  test.each([-26, 26])("loses nothing if its clock is %i hours off", async (hours) => {
    const world = await filledWorld();
    world.now += hours * hourMs;
    await world.archive();
    world.now -= hours * hourMs;
    await world.archive();
    const all = [...(await world.namesInFiles()), ...(await world.namesInDatabase())];
    expect(new Set(all).size).toBe(6);
  });

  test("archives only its partition", async () => {
    const world = await filledWorld();
    const [, second] = await world.catalog.unarchived(now);
    const report = await world.archive({ partition: second?.partition });
    expect(report.partitions.map(({ partition }) => partition)).toEqual(["2026-01-28T13"]);
  });

  test("writes no snapshot and no summaries with a partition", async () => {
    const world = await filledWorld();
    for (const { partition } of await world.catalog.unarchived(now))
      expect(await world.archive({ partition })).toMatchObject({ complete: true, summarized: [] });
    const rest = (keys: readonly string[]) => keys.filter((key) => !key.startsWith("plant_reading/"));
    expect(rest(await world.objects.keys())).toEqual(["archive.json"]);
    expect((await world.archive()).archived.rows).toBe(0);
    expect(rest(await world.objects.keys()).length).toBeGreaterThan(1);
  });

  test("stops after the current file if it is aborted, and the next run continues", async () => {
    const world = await filledWorld();
    const stop = new AbortController();
    const first = await world.archive({
      maxConcurrentPartitions: 1,
      signal: stop.signal,
      observer: ({ type }) => {
        if (type === "verified") stop.abort();
      },
    });
    expect(first).toMatchObject({ complete: false, archived: { files: 1 }, pruned: { rows: 0 } });
    expect(await world.archive()).toMatchObject({
      complete: true,
      archived: { files: 1 },
      pruned: { rows: 3 },
    });
  });

  test("aborts the current file, and the next run finishes it", async () => {
    const world = await filledWorld();
    const stop = new AbortController();
    const first = await world.archive({
      maxConcurrentPartitions: 1,
      signal: stop.signal,
      observer: ({ type }) => {
        if (type === "read") stop.abort();
      },
    });
    expect(first).toMatchObject({ complete: false, archived: { files: 0 }, pruned: { rows: 0 } });
    expect(await world.archive()).toMatchObject({
      complete: true,
      archived: { files: 2 },
      pruned: { rows: 3 },
    });
  });

  test.each([
    ["rowsPerFile", { rowsPerFile: 0 }],
    ["retentionMs", { retentionMs: -1 }],
    ["maxConcurrentPartitions", { maxConcurrentPartitions: 1.5 }],
  ])("rejects an invalid %s", async (name, options) => {
    await expect((await openWorld(now)).archive(options)).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining(name),
    });
  });
});

describe("planArchive", () => {
  const totals = async (world: World, rowsPerFile?: number) => {
    const { partitions } = await world.plan(rowsPerFile === undefined ? {} : { rowsPerFile });
    const sum = (of: (partition: (typeof partitions)[number]) => number) =>
      partitions.reduce((total, partition) => total + of(partition), 0);
    return {
      readings: sum(
        ({ unarchived, claimed }) => unarchived + claimed.reduce((rows, file) => rows + file.rows, 0),
      ),
      files: sum(({ claimed, newFiles }) => claimed.length + newFiles),
      pruned: sum(({ prune, claimed, newFiles, verified }) =>
        prune ? claimed.length + newFiles + verified.length : 0,
      ),
    };
  };

  test("writes nothing and plans what the next run does", async () => {
    const world = await filledWorld();
    await world.archive();
    world.now += 23 * hourMs;
    await world.load(
      [2, "2026-01-27T13:20:00.000Z"],
      ...Array.from({ length: 30 }, (_, minute): [number, string] => [1, at(`15:${10 + minute}:00.000`)]),
    );
    const before = JSON.stringify([await world.objects.keys(), await world.catalog.tables.state()]);
    const planned = await totals(world, 20);
    expect(JSON.stringify([await world.objects.keys(), await world.catalog.tables.state()])).toBe(before);
    const { archived, pruned } = await world.archive({ rowsPerFile: 20 });
    expect(planned).toEqual({ readings: archived.rows, files: archived.files, pruned: pruned.files });
    expect(planned).toEqual({ readings: 32, files: 4, pruned: 1 });
  });

  test("includes the claimed files of a run that was killed", async () => {
    const world = await filledWorld();
    await bindArchive(world.options(), "of-a-killed-run", false);
    const key = fileKey(readingTable, runs.old, "x");
    await world.catalog.claim({ key, partition: runs.old, runId: world.runId, at: now }, 2);
    const planned = await totals(world);
    const { archived, pruned } = await world.archive();
    expect(planned).toEqual({ readings: archived.rows, files: archived.files, pruned: pruned.files });
    expect(archived.files).toBe(3);
  });

  test("lists a quarantined file only while its object is among the readings", async () => {
    const world = await filledWorld();
    await world.archive({ retentionMs: null });
    await world.damage("2026-01-27T13");
    const [key = ""] = (await world.objects.keys()).filter(
      (each) => each.startsWith("plant_reading/") && each.includes("day=27"),
    );
    await putObject(world, `quarantine/${key}`, "in the way");
    expect((await world.archive()).quarantined).toMatchObject([{ key }]);
    expect((await world.plan()).quarantined).toMatchObject([{ key }]);
    await world.objects.move(`quarantine/${key}`, "elsewhere");
    expect(await world.archive()).toMatchObject({ problems: [] });
    await world.load([2, at("13:15:00.000")]);
    expect((await world.plan()).quarantined).toEqual([]);
  });
});

describe("archive with a faulty store", () => {
  test.each(["flip-byte", "truncate", "store-nothing"] as const)(
    "(%s) costs nothing: the file is named, nothing is deleted, and an honest store gets it all",
    async (fault) => {
      const world = await openWorld(now);
      await world.archive();
      await world.load(...filling);
      const before = await world.namesInDatabase();
      const report = await world.archive({ objects: faultyObjectStore(world.objects, fault) });
      expect(report).toMatchObject({ verified: false, archived: { rows: 0 }, pruned: { rows: 0 } });
      expect(report.quarantined.map(({ reason, key }) => reason.includes(key))).toEqual([true, true]);
      expect(await world.namesInDatabase()).toEqual(before);
      expect(await world.namesInFiles()).toEqual([]);

      expect(await world.archive()).toMatchObject({
        verified: true,
        archived: { rows: 5 },
        pruned: { rows: 3 },
      });
      const names = await world.namesInFiles();
      expect(names.length).toBe(5);
    },
  );

  // Another byte is another id; a text that is cut by its line break is the same one.
  test.each([
    ["flip-byte", "ARCHIVE_MISMATCH"],
    ["store-nothing", "OBJECT_INVALID"],
  ] as const)(
    "(%s) of archive.json is refused before anything is written, and adopt takes an honest store",
    async (fault, code) => {
      const world = await filledWorld();
      const before = await world.catalog.tables.state();
      await expect(world.archive({ objects: faultyObjectStore(world.objects, fault) })).rejects.toMatchObject(
        { code },
      );
      expect(await world.catalog.tables.state()).toEqual(before);
      expect(await world.archive({ adopt: true })).toMatchObject({
        verified: true,
        archived: { rows: 5 },
        pruned: { rows: 3 },
      });
    },
  );

  test("(one reading is missing in a valid file) is detected", async () => {
    const world = await filledWorld();
    const other = await filledWorld();
    await other.archive();
    const shorter = await other.fileWithout("2026-01-28T13", "2 2026-01-28T13:59:59.999Z");
    const objects = faultyObjectStore(world.objects, {
      key: world.keyOf("2026-01-28T13"),
      change: () => shorter,
    });
    const report = await world.archive({ objects, maxConcurrentPartitions: 1 });
    expect(report.quarantined).toHaveLength(1);
    expect(report.quarantined[0]?.reason).toMatch(/has 1 readings where the database has 2/);
    expect(report.pruned.rows).toBe(0);
    expect(await world.objects.keys()).toContain(`quarantine/${report.quarantined[0]?.key}`);
  });

  test("(lists late) changes nothing: a run uses head and read", async () => {
    const world = await filledWorld();
    const report = await world.archive({ objects: faultyObjectStore(world.objects, "list-late") });
    expect(report).toMatchObject({ verified: true, archived: { rows: 5 }, pruned: { rows: 3 } });
  });

  test.each([
    ["drop-when-read", "is no longer there"],
    ["replace-when-read", "was replaced"],
  ] as const)(
    "(%s) after a file was read back loses nothing: the file is named and keeps its readings",
    async (fault, change) => {
      const world = await filledWorld();
      const before = await world.namesInDatabase();
      const report = await world.archive({ objects: faultyObjectStore(world.objects, fault) });
      expect(report).toMatchObject({ verified: false, archived: { rows: 5 }, pruned: { rows: 0 } });
      expect(report.problems[0]?.key).toContain("day=27/hour=13");
      expect(report.problems[0]?.reason).toContain(change);
      expect(await world.namesInDatabase()).toEqual(before);
    },
  );

  test("(drops a file between two verifications) loses nothing", async () => {
    const world = await filledWorld();
    await world.archive({ retentionMs: null });
    const before = await world.namesInDatabase();
    const report = await world.archive({ objects: faultyObjectStore(world.objects, "drop-when-read") });
    expect(report).toMatchObject({ verified: false, pruned: { rows: 0 } });
    expect(report.problems[0]?.reason).toContain("is no longer there");
    expect(await world.namesInDatabase()).toEqual(before);
  });

  test("(drops the second of two old files) prunes none after that", async () => {
    const world = await filledWorld();
    await world.load([1, "2026-01-26T13:00:00.000Z"], [1, "2026-01-25T13:00:00.000Z"]);
    let pruned = 0;
    const objects = {
      ...world.objects,
      head: async (key: string) =>
        pruned > 0 && key.includes("day=26") ? null : await world.objects.head(key),
    };
    const report = await world.archive({
      objects,
      maxConcurrentPartitions: 1,
      observer: ({ type }) => {
        if (type === "pruned") pruned += 1;
      },
    });
    expect(report).toMatchObject({ verified: false, pruned: { rows: 1, files: 1 } });
    expect(report.problems[0]?.key).toContain("plant_reading/year=2026/month=01/day=26");
    const left = await world.namesInDatabase();
    expect(left).toContain("1 2026-01-26T13:00:00.000Z");
    expect(left).toContain("1 2026-01-27T13:00:00.000Z");
  });

  test("(damages a file after it was verified) is detected before any reading of the file is deleted", async () => {
    const world = await filledWorld();
    await world.archive();
    await world.damage("2026-01-28T13");
    world.now += 25 * hourMs;
    const report = await world.archive();
    expect(report).toMatchObject({ verified: false, pruned: { rows: 0 } });
    expect(report.quarantined).toHaveLength(1);
    expect(await world.archive()).toMatchObject({ verified: true, pruned: { rows: 3 } });
    expect((await world.namesInFiles()).length).toBe(6);
  });

  test("(loses a file that was pruned) keeps late readings of that hour in the database, and reports the reason", async () => {
    const world = await filledWorld();
    await world.archive();
    await world.damage("2026-01-27T13");
    await world.load([1, "2026-01-27T13:00:00.000Z"], [2, "2026-01-27T13:20:00.000Z"]);
    const report = await world.archive();
    expect(report).toMatchObject({
      verified: false,
      archived: { rows: 0 },
      alreadyArchived: { duplicates: 0 },
    });
    expect(report.problems[0]?.reason).toContain("hour=13");
    expect((await world.namesInDatabase()).length).toBe(5);
  });
});

describe("a reading that was changed in the database after it was archived", () => {
  test("is not pruned, nor is any reading of its file, and the file is reported", async () => {
    const world = await filledWorld();
    await world.archive();
    const [changed] = (await world.catalog.tables.state()).readings.filter(({ key }) =>
      key?.includes("hour=13"),
    );
    await world.catalog.tables.update(changed?.readingId ?? 0, { temperature: -1 });
    world.now += 25 * hourMs;
    const report = await world.archive();
    expect(report.verified).toBe(false);
    expect(report.problems).toHaveLength(1);
    expect(report.pruned.rows).toBe(1);
    expect((await world.namesInDatabase()).length).toBe(2);
  });
});

describe("a reading that appeared in the range of a file after it was archived", () => {
  test("quarantines the file when it is to be pruned, and the next run archives all of them", async () => {
    const world = await filledWorld();
    const [begun, late, ended] = [101, 102, 103].map((readingId) => ({
      readingId,
      ...buildReading(1, `2026-01-28T13:30:00.${readingId}Z`),
    })) as [ArchivedReading, ArchivedReading, ArchivedReading];
    await world.catalog.tables.insertWithIds([begun, ended]);
    await world.archive();
    await world.catalog.tables.insertWithIds([late]);
    world.now += 25 * hourMs;
    const report = await world.archive();
    expect(report).toMatchObject({ verified: false, pruned: { rows: 1 } });
    expect(report.quarantined).toMatchObject([{ reason: expect.stringContaining("4 of the 5 readings") }]);
    expect(await world.namesInDatabase()).toHaveLength(5);
    expect(await world.archive()).toMatchObject({ verified: true, pruned: { rows: 5 } });
    expect(await world.namesInDatabase()).toEqual([]);
    expect(await world.namesInFiles()).toHaveLength(9);
  });
});

describe("readings that are deleted after they were claimed", () => {
  test("invalidate the file that lacks them, and the others get a new file", async () => {
    const world = await filledWorld();
    await bindArchive(world.options(), "of-a-killed-run", false);
    const key = fileKey(readingTable, runs.old, "begun");
    const file = await world.catalog.claim({ key, partition: runs.old, runId: world.runId, at: now }, 10);
    const [gone] = (await world.catalog.tables.state()).readings.filter((reading) => reading.key === key);
    await world.catalog.tables.remove(gone?.readingId ?? 0);
    const report = await world.archive();
    expect(report.quarantined).toMatchObject([
      { key, reason: expect.stringContaining("of which the database has 2") },
    ]);
    expect(report.pruned.rows).toBe(0);
    expect(await world.archive()).toMatchObject({
      verified: true,
      archived: { rows: 2 },
      pruned: { rows: 2 },
    });
    expect(file?.rows).toBe(3);
    expect((await world.namesInFiles()).length).toBe(4);
  });
});

describe("two archivers at once", () => {
  test("leave every reading in exactly one file", async () => {
    const world = await filledWorld();
    const reports = await Promise.all([1, 2, 3].map(() => world.archive({ rowsPerFile: 2 })));
    expect(reports.every(({ verified }) => verified)).toBe(true);
    await world.archive();
    const names = await world.namesInFiles();
    expect(names.length).toBe(5);
    expect(new Set(names).size).toBe(5);
    expect(await world.namesInDatabase()).toHaveLength(3);
    expect(await readingsIn(world)).toBe(6);
  });
});

test.each([{ rowsPerFile: Number.NaN }, { runId: "" }, { runId: "a\nb" }, { runId: "x".repeat(65) }])(
  "archive rejects the invalid option %o before it starts",
  async (option) => {
    const world = await filledWorld();
    await expect(archive({ ...world.options(), ...option })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining(Object.keys(option)[0] ?? ""),
    });
    expect(await world.objects.keys()).toEqual([]);
  },
);
