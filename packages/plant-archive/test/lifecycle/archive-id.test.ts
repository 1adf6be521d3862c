import { describe, expect, test } from "vitest";
import { archive } from "../../src/archive.js";
import { archiveIdKey } from "../../src/lifecycle/archive-id.js";
import { memoryObjectStore } from "../../src/object-store/memory-object-store.js";
import { objectSource } from "../../src/parquet/byte-source.js";
import { openFile } from "../../src/parquet/parquet-reader.js";
import { restore } from "../../src/restore.js";
import { keysOf } from "../../src/testing/object-bytes.js";
import { verify } from "../../src/verify.js";
import { openWorld, replaceObject, type World } from "../support/world.js";

const now = Date.parse("2026-01-30T00:10:00.000Z");

let made = 0;
/** Runs of one world have one name here, and another one in every other world. */
async function newWorld(): Promise<World> {
  const world = await openWorld(now);
  world.runId = `run-of-world-${++made}`;
  return world;
}

/** A day of three readings that is archived and gone, and a reading that is young. */
async function archivedWorld(): Promise<World> {
  const world = await newWorld();
  await world.load(
    [1, "2026-01-28T09:00:00.000Z"],
    [2, "2026-01-28T09:30:00.000Z"],
    [1, "2026-01-28T10:00:00.000Z"],
    [1, "2026-01-29T23:00:00.000Z"],
  );
  await world.archive();
  return world;
}

const contents = async ({ objects }: World) => {
  const etags: [string, string | undefined][] = [];
  for (const key of await keysOf(objects, "")) etags.push([key, (await objects.head(key))?.etag]);
  return etags;
};

describe("an archive of a database", () => {
  test("is ARCHIVE_MISMATCH for another database, with or without readings, and does not change", async () => {
    const world = await archivedWorld();
    const before = await contents(world);
    const empty = await newWorld();
    const own = await archivedWorld();
    for (const other of [empty, own]) {
      const state = await other.catalog.tables.state();
      for (const run of [other.archive, other.plan])
        await expect(run({ objects: world.objects })).rejects.toMatchObject({
          code: "ARCHIVE_MISMATCH",
          message: expect.stringContaining("memory is"),
        });
      await expect(
        verify({ clock: Date, catalog: other.catalog, objects: world.objects }),
      ).rejects.toMatchObject({
        code: "ARCHIVE_MISMATCH",
      });
      expect(await other.catalog.tables.state()).toEqual(state);
    }
    expect(await contents(world)).toEqual(before);
    expect(await world.archive()).toMatchObject({ archived: { rows: 0 }, verified: true });
  });

  test("is not created elsewhere without adopt if its files are in the catalog", async () => {
    const world = await archivedWorld();
    await world.load([2, "2026-01-29T23:30:00.000Z"]);
    const state = await world.catalog.tables.state();
    const elsewhere = memoryObjectStore();
    await expect(world.archive({ objects: elsewhere })).rejects.toMatchObject({
      code: "ARCHIVE_MISMATCH",
      message: expect.stringContaining("not where the archived readings of this database are"),
    });
    expect(await keysOf(elsewhere, "")).toEqual([]);
    expect(await world.catalog.tables.state()).toEqual(state);
  });

  test("is not created by plan and archive of a database that was restored from another archive", async () => {
    const first = await archivedWorld();
    const world = await newWorld();
    const from = Date.parse("2026-01-28T00:00:00.000Z");
    await restore({ catalog: world.catalog, objects: first.objects, from, to: now });
    const state = await world.catalog.tables.state();
    for (const run of [world.plan, world.archive])
      await expect(run()).rejects.toMatchObject({ code: "ARCHIVE_MISMATCH" });
    expect(await keysOf(world.objects, "")).toEqual([]);
    expect(await world.catalog.tables.state()).toEqual(state);
  });

  test.each(["just before", "just after"])(
    "is this database's, too, when another run of it begins the archive %s this one looks",
    async (moment) => {
      const world = await newWorld();
      await world.load([1, "2026-01-28T09:00:00.000Z"]);
      const { objects } = world;
      let looked = false;
      const overtaken = {
        ...objects,
        async head(key: string) {
          const first = key === archiveIdKey && !looked;
          if (first) looked = true;
          if (first && moment === "just before") await world.archive();
          const seen = await objects.head(key);
          if (first && moment === "just after") await world.archive();
          return seen;
        },
      };
      const report = await world.archive({ objects: overtaken, runId: "of-the-slower-run" });
      expect(report).toMatchObject({ archived: { rows: 0 }, verified: true, complete: true });
    },
  );

  test("belongs to a database whose run was killed before it wrote archive.json", async () => {
    const world = await newWorld();
    await world.load([1, "2026-01-28T09:00:00.000Z"]);
    await world.catalog.saveArchiveId("of-a-killed-run", { replacing: false });
    expect(await world.archive()).toMatchObject({ archived: { rows: 1 }, verified: true });
  });

  test("continues with the database that adopts it, and rejects the lost one from then on", async () => {
    const lost = await archivedWorld();
    const world = await newWorld();
    const from = Date.parse("2026-01-28T00:00:00.000Z");
    await restore({ catalog: world.catalog, objects: lost.objects, from, to: now });
    const { objects } = lost;
    expect(await world.archive({ objects, adopt: true })).toMatchObject({
      archived: { rows: 0 },
      pruned: { rows: 3 },
      verified: true,
    });
    expect(await world.archive({ objects })).toMatchObject({ verified: true });
    await expect(lost.archive()).rejects.toMatchObject({ code: "ARCHIVE_MISMATCH" });
  });

  test("keeps the summary of a complete day if the adopting database has a part of it", async () => {
    const lost = await archivedWorld();
    const { objects } = lost;
    const [key] = await keysOf(objects, "plant_daily_summary/");
    const readings = async () =>
      (await openFile(await objectSource(objects, key ?? ""))).metadata.get("readings");
    expect(await readings()).toBe("3");
    const world = await newWorld();
    const span = { from: Date.parse("2026-01-28T10:00:00.000Z"), to: Date.parse("2026-01-28T11:00:00.000Z") };
    expect(await restore({ catalog: world.catalog, objects, ...span })).toMatchObject({ restored: 1 });
    expect(await world.archive({ objects, adopt: true })).toMatchObject({ summarized: [] });
    expect(await readings()).toBe("3");
  });

  test("is one archive if several runs create it at once", async () => {
    const world = await newWorld();
    await world.load([1, "2026-01-28T09:00:00.000Z"], [1, "2026-01-28T10:00:00.000Z"]);
    const partitions = (await world.catalog.unarchived(now)).map(({ partition }) => partition);
    const reports = await Promise.all(
      [...partitions, undefined].map((partition, number) =>
        archive({ ...world.options(), partition, runId: `run-${number}` }),
      ),
    );
    expect(reports.every(({ verified }) => verified)).toBe(true);
    expect(await world.archive()).toMatchObject({ verified: true, archived: { rows: 0 } });
    expect((await keysOf(world.objects, "")).filter((key) => key === archiveIdKey)).toHaveLength(1);
  });
});

describe("archive.json", () => {
  const replaceArchiveId = (world: World, text: string) =>
    replaceObject(world, archiveIdKey, () => Buffer.from(text));

  test("is accepted with further properties, such as the hash of earlier versions", async () => {
    const world = await archivedWorld();
    const id = await world.catalog.archiveId();
    await replaceArchiveId(world, `{"archive_id":"${id}","sha256":"0123"}\n`);
    expect(await world.archive()).toMatchObject({ verified: true });
  });

  test.each(["", "{", "null", "[]", '{"archive_id":1}', '"run"'])(
    "without an id is ARCHIVE_ID_INVALID, and adopt replaces it: %j",
    async (text) => {
      const world = await archivedWorld();
      await replaceArchiveId(world, text);
      await expect(world.archive()).rejects.toMatchObject({ code: "ARCHIVE_ID_INVALID" });
      expect(await world.archive({ adopt: true })).toMatchObject({ verified: true });
      expect(await world.archive()).toMatchObject({ verified: true });
    },
  );
});

describe("a database that is older than its archive", () => {
  /** Two databases as one was when it was backed up: 9 o'clock is in the archive, 10 o'clock came after the backup. */
  async function backedUpWorlds() {
    const world = await newWorld();
    const backup = await newWorld();
    backup.runId = world.runId;
    for (const each of [world, backup]) {
      await each.load([1, "2026-01-28T09:00:00.000Z"], [2, "2026-01-29T10:15:00.000Z"]);
      await each.catalog.saveArchiveId("both", { replacing: false });
    }
    await world.load([1, "2026-01-29T10:00:00.000Z"]);
    await world.archive();
    return { world, backup, objects: world.objects };
  }

  test("archives nothing of an hour with uncataloged files, reports them, and loses nothing", async () => {
    const { backup, objects } = await backedUpWorlds();
    await backup.load([2, "2026-01-29T22:00:00.000Z"]);
    const before = await backup.namesInDatabase();
    const problems = [
      { reason: expect.stringMatching(/hour=09.*restore 2026-01-28T09$/) },
      { reason: expect.stringMatching(/hour=10/) },
    ];
    expect(await backup.plan({ objects })).toMatchObject({
      partitions: [{ blocked: true }, { blocked: true }, { blocked: false }],
      problems,
    });
    expect(await backup.archive({ objects })).toMatchObject({
      verified: false,
      archived: { rows: 1, files: 1 },
      pruned: { rows: 0 },
      problems,
    });
    expect(await backup.namesInDatabase()).toEqual(before);
  });

  test("continues after the files were restored into it, with each reading in one file", async () => {
    const { world, backup, objects } = await backedUpWorlds();
    await backup.archive({ objects });
    const from = Date.parse("2026-01-28T00:00:00.000Z");
    expect(await restore({ catalog: backup.catalog, objects, from, to: now })).toMatchObject({
      restored: 3,
      problems: [],
    });
    const names = await world.namesInFiles();
    expect(await backup.archive({ objects })).toMatchObject({ verified: true, archived: { rows: 0 } });
    expect(await world.namesInFiles()).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
    expect(await verify({ clock: Date, catalog: backup.catalog, objects })).toMatchObject({ problems: [] });
  });
});
