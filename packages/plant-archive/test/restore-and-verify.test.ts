import { describe, expect, test, vi } from "vitest";
import { dayMs, parsePartition } from "../src/model/partition.js";
import type { ArchiveCatalog, ObjectStore } from "../src/ports.js";
import { restore } from "../src/restore.js";
import { verify } from "../src/verify.js";
import { verifyFiles } from "../src/verify-files.js";
import { copyObjects, openWorld, putObject, replaceObject, type World } from "./support/world.js";

const now = Date.parse("2026-01-29T12:00:00.000Z");
const old = Date.parse("2026-01-01T00:00:00.000Z");

async function archivedWorld(objects?: ObjectStore): Promise<World> {
  const world = await openWorld(now, objects);
  await world.load(
    [1, "2026-01-28T09:00:00.123Z", { temperature: 0.1 + 0.2, lastWatered: null }],
    [2, "2026-01-28T09:30:00.000Z", { soilMoisture: -23.25, qualityFlag: 2, runId: null }],
    [1, "2026-01-28T10:00:00.000Z"],
    [1, "2026-01-29T11:00:00.000Z"],
  );
  await world.archive();
  return world;
}

const readingsOf = async (world: World) =>
  (await world.catalog.tables.state()).readings.map(
    ({ readingId: _readingId, key: _key, ...reading }) => reading,
  );

/** An observer whose disk is full. */
function failing(how: string): () => void {
  const fail = () => {
    throw new Error("full");
  };
  return how === "throws" ? fail : async () => fail();
}

describe("restore", () => {
  test("into an empty database is the identity on readings and reference data", async () => {
    const world = await archivedWorld();
    const before = await openWorld(now);
    await before.load(
      [1, "2026-01-28T09:00:00.123Z", { temperature: 0.1 + 0.2, lastWatered: null }],
      [2, "2026-01-28T09:30:00.000Z", { soilMoisture: -23.25, qualityFlag: 2, runId: null }],
      [1, "2026-01-28T10:00:00.000Z"],
      [1, "2026-01-29T11:00:00.000Z"],
    );
    const other = await openWorld(now);
    const report = await restore({ catalog: other.catalog, objects: world.objects, from: old, to: now });
    expect(report).toMatchObject({ files: 3, restored: 4, present: 0, plants: 2, complete: true });
    expect(await readingsOf(other)).toEqual(await readingsOf(before));
    expect(await other.catalog.referenceData()).toEqual(await world.catalog.referenceData());
  });

  test.each(["throws", "rejects"])("is not changed by an observer that %s", async (how) => {
    const world = await archivedWorld();
    const { catalog } = await openWorld(now);
    const failed: string[] = [];
    const report = await restore({
      catalog,
      objects: world.objects,
      from: old,
      to: now,
      observer: failing(how),
      onObserverError: (error, { type }) => {
        failed.push(`${type}: ${error}`);
        throw new Error("so is the log");
      },
    });
    expect(report).toMatchObject({ files: 3, restored: 4, problems: [], complete: true });
    expect(failed).toEqual(
      ["found", "restored", "restored", "restored"].map((type) => `${type}: Error: full`),
    );
  });

  test("changes nothing a second time, and keeps existing readings", async () => {
    const world = await archivedWorld();
    const options = { catalog: world.catalog, objects: world.objects, from: old, to: now };
    expect(await restore(options)).toMatchObject({ restored: 3, present: 1 });
    const state = await world.catalog.tables.state();
    expect(await restore(options)).toMatchObject({ restored: 0, present: 4 });
    expect(await world.catalog.tables.state()).toEqual(state);
  });

  test("restores complete hours that overlap the range", async () => {
    const world = await archivedWorld();
    const other = await openWorld(now);
    const report = await restore({
      catalog: other.catalog,
      objects: world.objects,
      from: Date.parse("2026-01-28T09:59:59.999Z"),
      to: Date.parse("2026-01-28T10:00:00.000Z"),
    });
    expect(report.partitions).toEqual(["2026-01-28T09"]);
    expect(report.restored).toBe(2);
  });

  test("is pruned again by the next run, with the same file", async () => {
    const world = await archivedWorld();
    const files = await world.namesInFiles();
    await restore({ catalog: world.catalog, objects: world.objects, from: old, to: now });
    expect(await world.archive()).toMatchObject({
      archived: { rows: 0 },
      pruned: { rows: 3 },
      verified: true,
    });
    expect(await world.namesInFiles()).toEqual(files);
  });

  test("restores nothing of a damaged file, and reports it", async () => {
    const world = await archivedWorld();
    await world.damage("2026-01-28T10");
    const other = await openWorld(now);
    const report = await restore({ catalog: other.catalog, objects: world.objects, from: old, to: now });
    expect(report).toMatchObject({
      files: 2,
      restored: 3,
      problems: [{ reason: expect.stringMatching(/hour=10.* is damaged/) }],
      complete: true,
    });
    expect((await readingsOf(other)).length).toBe(3);
  });

  test("reports a missing file whose readings are nowhere else, and restores the others", async () => {
    const world = await archivedWorld();
    const [gone] = await world.catalog.files({ states: ["pruned"] });
    await world.objects.move(gone?.key ?? "", "elsewhere");
    const report = await restore({ catalog: world.catalog, objects: world.objects, from: old, to: now });
    expect(report.problems).toEqual([
      { key: gone?.key, reason: expect.stringContaining("is not in memory") },
    ]);
    expect(report.restored).toBeGreaterThan(0);
  });

  test("rejects a range that ends before it begins", async () => {
    const world = await archivedWorld();
    await expect(
      restore({ catalog: world.catalog, objects: world.objects, from: now, to: old }),
    ).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  test("stops between two files if it is aborted, and is not complete", async () => {
    const world = await archivedWorld();
    const other = await openWorld(now);
    const stop = new AbortController();
    const report = await restore({
      catalog: other.catalog,
      objects: world.objects,
      from: old,
      to: now,
      signal: stop.signal,
      observer: ({ type }) => {
        if (type === "restored") stop.abort();
      },
    });
    expect(report).toMatchObject({ files: 1, complete: false });
  });
});

describe("verify", () => {
  const look = (world: World, deep = false) =>
    verify({ clock: Date, catalog: world.catalog, objects: world.objects, deep });

  test.each([false, true])("finds no problem in an intact archive (deep: %s)", async (deep) => {
    const world = await archivedWorld();
    expect(await look(world, deep)).toMatchObject({
      files: 3,
      rows: 4,
      unfinished: 0,
      problems: [],
      complete: true,
    });
  });

  test.each(["throws", "rejects"])("is not changed by an onFile that %s", async (how) => {
    const world = await archivedWorld();
    const options = { clock: Date, catalog: world.catalog, objects: world.objects, onFile: failing(how) };
    expect(await verify(options)).toMatchObject({ files: 3, problems: [], complete: true });
    expect(await verifyFiles(options)).toMatchObject({ files: 3, problems: [], complete: true });
  });

  test("reports a missing object", async () => {
    const world = await archivedWorld();
    const [file] = await world.catalog.files();
    await world.objects.move(file?.key ?? "", "elsewhere/a.parquet");
    expect((await look(world)).problems).toMatchObject([
      { key: file?.key, reason: expect.stringContaining("is not in") },
    ]);
  });

  test("reports an object that is lost while it is read, with a store of another copy of the package", async () => {
    vi.resetModules();
    const copy = await import("../src/object-store/memory-object-store.js");
    const world = await archivedWorld(copy.memoryObjectStore());
    const [file] = await world.catalog.files();
    const { objects } = world;
    const losing = {
      ...objects,
      read: (key: string, ...range: [number, number]) =>
        objects.read(key === file?.key ? "elsewhere/a.parquet" : key, ...range),
    };
    expect((await look({ ...world, objects: losing })).problems).toMatchObject([{ key: file?.key }]);
  });

  test("reports a renamed object as a copy of the missing one", async () => {
    const world = await archivedWorld();
    const [file] = await world.catalog.files();
    await world.objects.move(file?.key ?? "", file?.key.replace(/[^/]+$/, "other.parquet") ?? "");
    const { problems } = await look(world);
    expect(problems).toHaveLength(2);
    expect(problems).toContainEqual({
      key: expect.stringMatching(/other\.parquet$/),
      reason: expect.stringContaining(`is a copy of ${file?.key}`),
    });
  });

  test("reports an uncataloged file, with the range to restore", async () => {
    const world = await archivedWorld();
    const other = await openWorld(now);
    other.runId = world.runId;
    await other.load([2, "2026-01-28T10:40:00.000Z"]);
    await other.archive({ newId: () => "of-another-database" });
    await copyObjects(other, world, "plant_reading/");
    expect((await look(world)).problems).toEqual([
      {
        key: expect.stringMatching(/hour=10\/of-another-database\.parquet$/),
        reason: expect.stringMatching(/not in the catalog of this database.*: restore 2026-01-28T10$/),
      },
    ]);
  });

  test("lists unchecked objects, unless deep", async () => {
    const world = await archivedWorld();
    expect((await look(world)).unchecked).toEqual(["readings", "database", "snapshots", "summaries"]);
    expect((await look(world, true)).unchecked).toEqual([]);
  });

  test.each([
    "plant/year=2026/month=01/day=29/snapshot.parquet",
    "plant_daily_summary/year=2026/month=01/day=28/summary.parquet",
  ])("finds damage in %s if deep", async (key) => {
    const world = await archivedWorld();
    await replaceObject(world, key, (bytes) => bytes.with(40, (bytes[40] ?? 0) ^ 1));
    expect((await look(world)).problems).toEqual([]);
    expect((await look(world, true)).problems).toEqual([{ key, reason: expect.stringContaining("damaged") }]);
  });

  const summary = (day: string) => `plant_daily_summary/year=2026/month=01/day=${day}/summary.parquet`;
  const snapshot = (table: string, day: string) => `${table}/year=2026/month=01/day=${day}/snapshot.parquet`;

  /** A world with snapshots of two days and two summaries; of the second day there is one plant more. */
  async function worldOfTwoDays(): Promise<World> {
    const world = await archivedWorld();
    world.now += dayMs;
    await world.load([2, "2026-01-29T15:00:00.000Z"], [2, "2026-01-30T09:00:00.000Z"]);
    await world.archive();
    expect((await look(world, true)).problems).toEqual([]);
    return world;
  }

  async function replaceBy(world: World, key: string, other: string): Promise<void> {
    const { bytes } = (await world.objects.head(other)) ?? { bytes: 0 };
    const content = await world.objects.read(other, 0, bytes);
    await replaceObject(world, key, () => content);
  }

  test.each([
    [
      "a missing summary",
      summary("28"),
      (world: World) => world.objects.move(summary("28"), "elsewhere"),
      "is missing. The next archive run writes it",
    ],
    [
      "the summary of another day",
      summary("28"),
      (world: World) => replaceBy(world, summary("28"), summary("29")),
      "is the summary of another day. Move it away; the next archive run writes",
    ],
    [
      "a summary that is not Parquet",
      summary("28"),
      (world: World) => replaceObject(world, summary("28"), () => Buffer.from("junk")),
      "not a Parquet file. Move it away; the next archive run",
    ],
    [
      "a summary of fewer readings than were noted",
      summary("28"),
      (world: World) => world.catalog.markSummarized("2026-01-28", 4),
      "has 3 readings where the catalog has 4",
    ],
    [
      "a copy of a summary",
      "plant_daily_summary/year=2026/month=01/day=28/summary (1).parquet",
      (world: World) => copyObjects(world, world, summary("28"), (key) => key.replace(".p", " (1).p")),
      "is not the summary of a day by its name",
    ],
    ...["botanist", "plant"].flatMap((table) =>
      ["29", "30"].map(
        (day) =>
          [
            `a missing snapshot of ${table}, of day ${day}`,
            snapshot(table, day),
            (world: World) => world.objects.move(snapshot(table, day), "elsewhere"),
            "is missing, though other tables have a snapshot of this day",
          ] as const,
      ),
    ),
    [
      "the snapshot of another day",
      snapshot("plant", "30"),
      (world: World) => replaceBy(world, snapshot("plant", "30"), snapshot("plant", "29")),
      "is the snapshot of another day. Restore",
    ],
  ] as const)("finds %s when it looks deep", async (_name, key, change, problem) => {
    const world = await worldOfTwoDays();
    await change(world);
    expect((await look(world)).problems).toEqual([]);
    expect((await look(world, true)).problems).toEqual([{ key, reason: expect.stringContaining(problem) }]);
  });

  test("finds that the newest snapshots are older than the archived readings, if deep", async () => {
    const world = await worldOfTwoDays();
    const tables = ["botanist", "city", "country", "origin", "plant"];
    for (const table of tables) await world.objects.move(snapshot(table, "30"), `elsewhere/${table}`);
    expect((await look(world, true)).problems).toEqual(
      tables.map((table) => ({
        key: snapshot(table, "30"),
        reason: expect.stringContaining("The next archive run writes"),
      })),
    );
    await world.archive();
    expect((await look(world, true)).problems).toEqual([]);
  });

  test("verify, archive and restore describe a damaged file by its state", async () => {
    const world = await archivedWorld();
    await restore({ catalog: world.catalog, objects: world.objects, from: old, to: now });
    await world.damage("2026-01-28T10");
    const [key = ""] = (await world.objects.keys()).filter((each) => each.includes("hour=10"));
    const stays = /Keep it|bring it back|Replace the/;
    const kept = /is damaged.*Its readings are still in the database; .*quarantines this file/;
    const [problem] = (await look(world, true)).problems;
    expect(problem).toEqual({ key, reason: expect.stringMatching(kept) });
    expect(problem?.reason).not.toMatch(stays);

    const { quarantined, problems } = await world.archive();
    expect(problems).toEqual([]);
    expect(quarantined).toEqual([{ key, reason: expect.stringMatching(/ is damaged.*[^.]$/) }]);
    expect(quarantined[0]?.reason).not.toMatch(stays);
    expect((await look(world, true)).problems).toEqual([]);
    expect(await world.archive()).toMatchObject({ verified: true, archived: { rows: 1 } });

    // It has left the database: this is the only copy.
    await world.damage("2026-01-28T09");
    const [lost] = (await look(world, true)).problems;
    expect(lost?.reason).toMatch(/is damaged.* Keep it/);
    const restored = await restore({ catalog: world.catalog, objects: world.objects, from: old, to: now });
    expect(restored.problems).toMatchObject([{ reason: lost?.reason }]);
  });

  test("verify, archive and restore report a quarantined file that could not be moved", async () => {
    const world = await archivedWorld();
    await restore({ catalog: world.catalog, objects: world.objects, from: old, to: now });
    await world.damage("2026-01-28T10");
    const [key = ""] = (await world.objects.keys()).filter((each) => each.includes("hour=10"));
    await putObject(world, `quarantine/${key}`, "in the way");
    expect((await world.archive()).quarantined).toMatchObject([{ key }]);
    const here = expect.stringContaining("is quarantined and still among the readings");
    expect((await look(world)).problems).toEqual([{ key, reason: here }]);
    expect((await world.archive()).problems).toEqual([{ key, reason: here }]);
    await replaceObject(world, key, () => Buffer.from("junk"));
    const { problems } = await restore({
      catalog: world.catalog,
      objects: world.objects,
      from: old,
      to: now,
    });
    expect(problems).toEqual([{ key, reason: here }]);
  });

  test("finds a damaged byte in the readings if deep", async () => {
    const world = await archivedWorld();
    await world.damage("2026-01-28T10");
    const { problems } = await look(world, true);
    expect(problems).toMatchObject([{ key: expect.stringContaining("hour=10") }]);
  });

  test("finds a reading that was changed in the database after it was archived, if deep", async () => {
    const world = await archivedWorld();
    const [kept] = (await world.catalog.tables.state()).readings;
    await world.catalog.tables.update(kept?.readingId ?? 0, { temperature: 99 });
    expect((await look(world)).problems).toEqual([]);
    expect((await look(world, true)).problems).toMatchObject([
      { key: expect.stringContaining("day=29/hour=11"), reason: expect.stringContaining("changed there") },
    ]);
  });

  test("reports nothing for a file that a run prunes meanwhile", async () => {
    const world = await archivedWorld();
    const catalog: ArchiveCatalog = {
      ...world.catalog,
      async *rows(file) {
        world.now += dayMs;
        expect(await world.archive()).toMatchObject({ pruned: { rows: 1 } });
        yield* world.catalog.rows(file);
      },
    };
    const { problems } = await verify({ clock: Date, catalog, objects: world.objects, deep: true });
    expect(problems).toEqual([]);
  });

  test("counts claimed files", async () => {
    const world = await archivedWorld();
    await world.load([2, "2026-01-28T10:10:00.000Z"]);
    const partition = parsePartition("2026-01-28T10");
    if (partition === null) throw new Error("no hour");
    await world.catalog.claim({ key: "plant_reading/x", partition, runId: "r", at: now }, 10);
    expect(await look(world)).toMatchObject({ files: 3, unfinished: 1, problems: [] });
  });
});
