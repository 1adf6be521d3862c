import { randomUUID } from "node:crypto";
import { cp, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { directoryObjectStore } from "../../src/object-store/directory/directory-object-store.js";
import { memoryObjectStore } from "../../src/object-store/memory-object-store.js";
import type { ObjectStore } from "../../src/ports.js";
import { restore } from "../../src/restore.js";
import { collect } from "../../src/testing/object-bytes.js";
import { verify } from "../../src/verify.js";
import { copyObjects, openWorld, putObject, type ReadingSpec, type World } from "../support/world.js";

const now = Date.parse("2026-01-29T12:00:00.000Z");
const span = { from: Date.parse("2026-01-01T00:00:00.000Z"), to: now };
const nine = "plant_reading/year=2026/month=01/day=28/hour=09";
const ten = "plant_reading/year=2026/month=01/day=28/hour=10";
const readings: readonly ReadingSpec[] = [
  [1, "2026-01-28T09:00:00.123Z"],
  [2, "2026-01-28T09:30:00.000Z"],
  [1, "2026-01-28T10:00:00.000Z"],
];
const late: ReadingSpec = [2, "2026-01-28T09:50:00.000Z"];

let made = 0;
/** Three readings in two files, `original-1` and `original-2`, that have left the database. */
async function archivedWorld(folder?: string): Promise<World> {
  const world =
    folder === undefined
      ? await openWorld(now)
      : await openWorld(now, directoryObjectStore({ directory: folder, newId: randomUUID }));
  world.runId = randomUUID();
  await world.load(...readings);
  let files = 0;
  await world.archive({ newId: () => `original-${++files}`, maxConcurrentPartitions: 1 });
  return world;
}

/** An empty database on the same archive. */
async function newDatabase(of: World): Promise<World> {
  const world = await openWorld(now, of.objects);
  world.runId = `run-${++made}`;
  return world;
}

const bringBack = ({ catalog, objects }: World) => restore({ catalog, objects, ...span });
const deep = ({ catalog, objects }: World) => verify({ clock: Date, catalog, objects, deep: true });

describe("an orphan file is reported, and everything else is restored, verified and archived:", () => {
  interface Stray {
    readonly key: string;
    readonly problem: RegExp;
    /** Whether late readings of its hour have to wait. */
    readonly blocks: boolean;
    readonly add: (world: World, key: string) => Promise<void>;
  }
  const copyTo = async (world: World, from: string, key: string) =>
    await copyObjects(world, world, from, () => key);
  const orphans: readonly (readonly [string, Stray])[] = [
    ...[
      "original-1.sync-conflict-20260128.parquet",
      "original-1 (1).parquet",
      "Copy of original-1.parquet",
      "a-conflict-original-1.parquet",
    ].map(
      (name) =>
        [
          `a copy, ${name}`,
          {
            key: `${nine}/${name}`,
            problem: /is a copy of .*hour=09\/original-1\.parquet/,
            blocks: false,
            add: (world, key) => copyTo(world, `${nine}/original-1.parquet`, key),
          },
        ] satisfies readonly [string, Stray],
    ),
    [
      "a file that is not Parquet by its name",
      {
        key: `${nine}/notes.txt`,
        problem: /is not a file of readings/,
        blocks: false,
        add: (world, key) => putObject(world, key, "notes"),
      },
    ],
    [
      "a file beside the folders of hours",
      {
        key: "plant_reading/Thumbs.db",
        problem: /is not a file of readings/,
        blocks: false,
        add: (world, key) => putObject(world, key, "x"),
      },
    ],
    [
      "a file that is not Parquet by its content",
      {
        key: `${nine}/x.parquet`,
        problem: /not a Parquet file/,
        blocks: true,
        add: (world, key) => putObject(world, key, "x"),
      },
    ],
    [
      "a copy of a file of another hour",
      {
        key: `${nine}/original-2.parquet`,
        problem: /hour=10|2026-01-28T10/,
        blocks: false,
        add: (world, key) => copyTo(world, `${ten}/original-2.parquet`, key),
      },
    ],
    [
      "a file of another hour that is nowhere else",
      {
        key: `${nine}/late.parquet`,
        problem:
          /has readings of the hour 2026-01-28T08 .*Move it to plant_reading\/year=2026\/month=01\/day=28\/hour=08\//,
        blocks: false,
        add: async (world, key) => {
          const other = await openWorld(now);
          await other.load([1, "2026-01-28T08:00:00.000Z"]);
          await other.archive();
          await copyObjects(other, world, "plant_reading/", () => key);
        },
      },
    ],
    [
      "a file with some of the same readings",
      {
        key: `${nine}/overlapping.parquet`,
        problem:
          /both have the reading with plant_id 1 and recording_taken 2026-01-28T09:00:00\.123Z|not in the catalog of this database/,
        blocks: true,
        add: async (world, key) => {
          const other = await openWorld(now);
          await other.load([1, "2026-01-28T09:00:00.123Z"]);
          await other.archive();
          await copyObjects(other, world, "plant_reading/", () => key);
        },
      },
    ],
  ];

  test.each(orphans)("%s", async (_name, { key, problem, blocks, add }) => {
    const world = await archivedWorld();
    await add(world, key);
    const named = { key, reason: expect.stringMatching(problem) };
    const restored = { restored: 3, present: 0, files: 2, complete: true, problems: [named] };

    const other = await newDatabase(world);
    expect(await bringBack(other)).toMatchObject(restored);
    expect(await other.namesInDatabase()).toHaveLength(3);
    expect((await other.catalog.files()).map(({ key: file }) => file)).toEqual([
      `${nine}/original-1.parquet`,
      `${ten}/original-2.parquet`,
    ]);
    expect(await bringBack(world)).toMatchObject(restored);
    await world.archive();
    expect((await deep(world)).problems).toEqual([{ key, reason: expect.stringMatching(problem) }]);

    await world.load(late, [2, "2026-01-28T11:00:00.000Z"]);
    const inRoot = key === "plant_reading/Thumbs.db";
    expect(await world.archive()).toMatchObject({
      archived: { rows: blocks ? 1 : 2 },
      problems: inRoot ? [] : [named],
      verified: inRoot,
    });
    expect(await world.namesInDatabase()).toEqual(blocks ? ["2 2026-01-28T09:50:00.000Z"] : []);
  });

  test("a copy of a damaged file is restored if neither is in the catalog", async () => {
    const world = await archivedWorld();
    await copyTo(world, `${nine}/original-1.parquet`, `${nine}/original-1 (1).parquet`);
    await world.damage("2026-01-28T09");
    const other = await newDatabase(world);
    expect(await bringBack(other)).toMatchObject({
      restored: 3,
      problems: [{ key: `${nine}/original-1.parquet`, reason: expect.stringContaining("damaged") }],
    });
  });
});

describe("a file outside its hour's folder", () => {
  test.each([
    ["the folder of another hour", nine],
    ["a folder that nothing is archived to", "plant_reading/year=2025/month=06/day=01/hour=00"],
    ["the folder of all readings", "plant_reading"],
    ["a folder in that of its hour", `${ten}/older`],
  ])("blocks the hour of its readings only: %s", async (_name, folder) => {
    const world = await archivedWorld();
    const key = `${folder}/original-2.parquet`;
    await world.objects.move(`${ten}/original-2.parquet`, key);
    // A database that was restored from a backup of before the archive: it has the readings, and no file.
    const older = await newDatabase(world);
    await older.load([1, "2026-01-28T08:00:00.000Z"], [1, "2026-01-28T10:00:00.000Z"]);
    const problem = {
      key,
      reason: expect.stringMatching(
        /has readings of the hour 2026-01-28T10 .*Nothing of 2026-01-28T10 is archived.*Move it to .*hour=10\//,
      ),
    };
    await older.catalog.saveArchiveId((await world.catalog.archiveId()) ?? "", { replacing: true });
    expect(await older.plan()).toMatchObject({
      partitions: [
        { partition: "2026-01-28T08", blocked: false },
        { partition: "2026-01-28T10", blocked: true },
      ],
      problems: [problem],
    });
    expect(await older.archive()).toMatchObject({
      archived: { rows: 1 },
      partitions: [{ partition: "2026-01-28T08" }],
      problems: [problem],
    });
    expect(await older.namesInDatabase()).toEqual(["1 2026-01-28T10:00:00.000Z"]);

    await world.objects.move(key, `${ten}/original-2.parquet`);
    expect(await bringBack(older)).toMatchObject({ problems: [] });
    expect(await older.archive()).toMatchObject({ verified: true });
    expect(await older.namesInFiles()).toEqual([
      "1 2026-01-28T08:00:00.000Z",
      "1 2026-01-28T09:00:00.123Z",
      "1 2026-01-28T10:00:00.000Z",
      "2 2026-01-28T09:30:00.000Z",
    ]);
  });
});

describe("a symbolic link in the archive's folder is reported and not followed:", () => {
  let folder: string;
  let outside: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "plant-links-"));
    outside = await mkdtemp(join(tmpdir(), "plant-outside-"));
  });
  afterEach(async () => {
    for (const each of [folder, outside]) await rm(each, { recursive: true });
  });

  const isNamed = (link: string) =>
    expect.objectContaining({ key: link, reason: expect.stringContaining(`${link} is a symbolic link`) });

  test.each([
    ["a loop beside the tables", "loop", "loop"],
    ["a loop among the readings", "plant_reading/loop", "loop"],
    ["a loop in an hour's folder", `${nine}/loop`, "loop"],
    ["a link to the folder above", `${nine}/up`, ".."],
    ["a link to the archive itself", "plant_reading/again", ".."],
    ["a loop among the snapshots", "plant/loop", "loop"],
  ])("%s", async (_name, link, target) => {
    const world = await archivedWorld(folder);
    await symlink(target, join(folder, link));
    const other = await newDatabase(world);
    expect(await bringBack(other)).toMatchObject({ restored: 3, problems: [isNamed(link)], complete: true });
    expect(await deep(world)).toMatchObject({
      problems: [{ key: link, reason: expect.stringContaining("symbolic link") }],
    });
    await world.load(late);
    expect(await world.archive()).toMatchObject({ archived: { rows: 1 }, problems: [isNamed(link)] });
  });

  test("an hour's folder that was moved outside and linked: nothing there is read or written", async () => {
    const world = await archivedWorld(folder);
    await rename(join(folder, nine), join(outside, "nine"));
    await symlink(join(outside, "nine"), join(folder, nine));
    const other = await newDatabase(world);
    expect(await bringBack(other)).toMatchObject({ restored: 1, problems: [isNamed(nine)] });
    expect((await deep(world)).problems).toEqual([
      { key: nine, reason: expect.stringContaining("symbolic link") },
      { key: `${nine}/original-1.parquet`, reason: expect.stringContaining("behind the symbolic link") },
    ]);
    await world.load(late, [2, "2026-01-28T11:00:00.000Z"]);
    expect(await world.archive()).toMatchObject({
      archived: { rows: 1 },
      problems: expect.arrayContaining([isNamed(nine)]),
    });
    expect(await world.namesInDatabase()).toEqual(["2 2026-01-28T09:50:00.000Z"]);
  });

  test("a file that was moved outside and linked, also when its readings are to leave the database", async () => {
    const world = await archivedWorld(folder);
    await bringBack(world);
    const key = `${nine}/original-1.parquet`;
    await rename(join(folder, key), join(outside, "moved"));
    await symlink(join(outside, "moved"), join(folder, key));
    expect(await world.archive()).toMatchObject({ quarantined: [{ key }], pruned: { rows: 0 } });
    expect(await world.namesInDatabase()).toHaveLength(3);
    await rm(join(folder, key));
    await world.archive();
    expect(await deep(world)).toMatchObject({ problems: [] });
    expect([...(await world.namesInFiles())].sort()).toHaveLength(3);
  });

  test("a link in place of the archive's own files is reported before anything is written", async () => {
    const world = await archivedWorld(folder);
    await cp(join(folder, "archive.json"), join(outside, "archive.json"));
    await rm(join(folder, "archive.json"));
    await symlink(join(outside, "archive.json"), join(folder, "archive.json"));
    await expect(world.archive()).rejects.toMatchObject({
      code: "OBJECT_INVALID",
      message: expect.stringContaining("archive.json is a symbolic link"),
    });
  });
});

describe("a file with an invalid name is reported, although it cannot be read:", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "plant-names-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test.each([
    ["a hidden one", nine, ".x.parquet", ".x.parquet"],
    ["one with a control character", nine, "\x1b[2J\n.parquet", "\\x1b[2J\\x0a.parquet"],
    ["one that is not UTF-8", nine, Buffer.from("\xff.parquet", "latin1"), "\\xff.parquet"],
    ["one that is not of readings", nine, ".DS_Store", ".DS_Store"],
    ["one beside the folders of hours", "plant_reading", ".x.parquet", ".x.parquet"],
  ])("%s", async (_name, parent, name, shown) => {
    const world = await archivedWorld(folder);
    const path = Buffer.concat([Buffer.from(`${join(folder, parent)}/`), Buffer.from(name)]);
    await cp(join(folder, `${nine}/original-1.parquet`), join(folder, "copied"));
    await rename(join(folder, "copied"), path);
    const key = `${parent}/${shown}`;
    const isUnknown = (more = "") =>
      expect.stringMatching(new RegExp(`is an unknown file.*Move it away.*${more}$`));
    for (const isDeep of [false, true]) {
      const { catalog, objects } = world;
      const report = await verify({ clock: Date, catalog, objects, deep: isDeep });
      expect(report).toMatchObject({ problems: [{ key, reason: isUnknown() }], files: 2, complete: true });
    }
    expect(await bringBack(await newDatabase(world))).toMatchObject({
      restored: 3,
      problems: [{ key, reason: isUnknown() }],
      complete: true,
    });
    // By its name it may have readings of the hour, and whether it has cannot be seen.
    const blocks = parent === nine && shown.endsWith(".parquet");
    await world.load(late, [2, "2026-01-28T11:00:00.000Z"]);
    expect(await world.archive()).toMatchObject({
      archived: { rows: blocks ? 1 : 2 },
      problems: [{ key, reason: isUnknown(blocks ? "Nothing of 2026-01-28T09 is archived.*" : "") }],
      verified: false,
    });
  });

  test("a hidden file among the snapshots is reported by verify and restore, and stops no archive run", async () => {
    const world = await archivedWorld(folder);
    await writeFile(join(folder, "plant/.x.parquet"), "x");
    expect((await deep(world)).problems).toMatchObject([{ key: "plant/.x.parquet" }]);
    expect((await bringBack(await newDatabase(world))).problems).toMatchObject([{ key: "plant/.x.parquet" }]);
    expect(await world.archive()).toMatchObject({ verified: true, problems: [] });
  });
});

describe("archive with adopt", () => {
  test("reports the uncataloged files, with the range to restore, before anything is written", async () => {
    const world = await archivedWorld();
    const other = await newDatabase(world);
    const before = await world.objects.head("archive.json");
    const events: unknown[] = [];
    const report = await other.archive({
      adopt: true,
      observer: (event) => {
        if (event.type === "problem") events.push(event);
      },
      objects: {
        ...world.objects,
        put: async (key, body, options) => {
          expect(events).toHaveLength(1);
          return await world.objects.put(key, body, options);
        },
      },
    });
    const reason = `2 files of memory are not in the catalog of this database: ${nine}/original-1.parquet, ${ten}/original-2.parquet. To add them to the catalog: restore from 2026-01-28T09 to 2026-01-28T10`;
    expect(events).toEqual([{ type: "problem", key: `${nine}/original-1.parquet`, reason }]);
    expect(report).toMatchObject({ verified: false, problems: [{ reason }] });
    expect(await world.objects.head("archive.json")).not.toEqual(before);

    const [, from = "", to = ""] = /from (\S+) to (\S+)$/.exec(reason) ?? [];
    const { catalog, objects } = other;
    expect(
      await restore({ catalog, objects, from: Date.parse(`${from}:00Z`), to: Date.parse(`${to}:59Z`) }),
    ).toMatchObject({
      restored: 3,
      problems: [],
    });
    expect(await other.archive()).toMatchObject({ verified: true, archived: { rows: 0 } });
    expect(await deep(other)).toMatchObject({ problems: [], rows: 3 });
  });

  test("limits the number of reported files", async () => {
    const world = await archivedWorld();
    for (let copy = 0; copy < 30; copy++)
      await copyObjects(world, world, `${nine}/original-1`, (key) => key.replace("original", `copy-${copy}`));
    const { problems } = await (await newDatabase(world)).archive({ adopt: true });
    expect(problems[0]?.reason).toMatch(/^\d+ files .* and \d+ more\. To add them to the catalog: restore/);
    expect(problems[0]?.reason.length).toBeLessThan(600);
  });

  test("in a new place quarantines missing files when they are due, and the next run archives their readings again", async () => {
    const world = await archivedWorld();
    await world.load([1, "2026-01-29T10:00:00.000Z"], [1, "2026-01-27T10:00:00.000Z"]);
    await world.archive({ retentionMs: null });
    const objects = memoryObjectStore("elsewhere");
    const inNewArchive = async () =>
      (await collect(objects.list("plant_reading/"))).map(({ key }) => key.slice(14, 47));
    // The day before yesterday is due; the file of today stays in the catalog until it is due.
    const due = await world.archive({ objects, adopt: true });
    expect(due).toMatchObject({ archived: { rows: 0 }, pruned: { rows: 0 } });
    expect(due.quarantined.map(({ key }) => key)).toEqual([expect.stringContaining("day=27/hour=10")]);
    expect(await world.archive({ objects })).toMatchObject({ archived: { rows: 1 }, pruned: { rows: 1 } });
    expect(await inNewArchive()).toEqual(["year=2026/month=01/day=27/hour=10"]);
    expect(await world.namesInDatabase()).toEqual(["1 2026-01-29T10:00:00.000Z"]);

    world.now += 86_400_000;
    expect((await world.archive({ objects })).quarantined).toHaveLength(1);
    expect(await world.archive({ objects })).toMatchObject({ archived: { rows: 1 }, pruned: { rows: 1 } });
    expect(await inNewArchive()).toHaveLength(2);
    expect(await world.namesInDatabase()).toEqual([]);
  });

  test("reports nothing if every file is in the catalog", async () => {
    const world = await archivedWorld();
    const other = await newDatabase(world);
    await bringBack(other);
    expect(await other.archive({ adopt: true })).toMatchObject({ verified: true, problems: [] });
  });
});

describe("a signal", () => {
  /** Aborts when the first object of these is looked at; counts how many are looked at. */
  function stoppedAt(world: World, prefix: string) {
    const stop = new AbortController();
    const looked: string[] = [];
    const objects: ObjectStore = {
      ...world.objects,
      head: async (key) => {
        if (key.startsWith(prefix)) {
          looked.push(key);
          stop.abort(new Error("stopped"));
        }
        return await world.objects.head(key);
      },
    };
    return { objects, looked, signal: stop.signal };
  }
  /** An archive with 30 files that are not in the catalog. */
  async function worldWithUnknownFiles(): Promise<World> {
    const world = await archivedWorld();
    for (let copy = 0; copy < 30; copy++)
      await copyObjects(world, world, `${nine}/original-1`, () => `${nine}/unknown-${copy}.parquet`);
    await world.load(late);
    return world;
  }

  test.each([true, false])("ends the verification of unknown files, deep: %s", async (isDeep) => {
    const { catalog, ...world } = await worldWithUnknownFiles();
    const { looked, ...stopped } = stoppedAt({ catalog, ...world }, `${nine}/unknown`);
    expect(await verify({ clock: Date, catalog, deep: isDeep, ...stopped })).toMatchObject({
      complete: false,
    });
    expect(looked).toHaveLength(1);
  });

  test("ends an archive run while it reads unknown files, before anything is written", async () => {
    const world = await worldWithUnknownFiles();
    const keys = await world.objects.keys();
    const { looked, ...stopped } = stoppedAt(world, `${nine}/unknown`);
    expect(await world.archive(stopped)).toMatchObject({ complete: false, archived: { rows: 0 } });
    expect(looked.length).toBeLessThan(10);
    expect(await world.objects.keys()).toEqual(keys);
  });

  test.each(["restore", "archive", "verify"] as const)(
    "ends a %s while it reads snapshots",
    async (command) => {
      const world = await archivedWorld();
      const keys = await world.objects.keys();
      const [snapshot = ""] = keys.filter((key) => key.startsWith("plant/"));
      for (let copy = 10; copy < 40; copy++)
        await copyObjects(world, world, snapshot, (key) => key.replace("snapshot", `snapshot-${copy}`));
      const { looked, ...stopped } = stoppedAt(world, "plant/");
      const { catalog } = world;
      const report = await {
        restore: () => restore({ catalog, ...span, ...stopped }),
        archive: () => world.archive(stopped),
        verify: () => verify({ clock: Date, catalog, deep: true, ...stopped }),
      }[command]();
      expect(report).toMatchObject({ complete: false });
      expect(looked.length).toBeLessThan(10);
    },
  );
});

test("verify lists only the folders of an archive, each once", async () => {
  const world = await archivedWorld();
  const listed: string[] = [];
  const objects: ObjectStore = {
    ...world.objects,
    list: (prefix, onOther) => {
      listed.push(prefix);
      return world.objects.list(prefix, onOther);
    },
  };
  const { catalog } = world;
  const folders = [
    "botanist/",
    "city/",
    "country/",
    "origin/",
    "plant/",
    "plant_daily_summary/",
    "plant_reading/",
  ];
  for (const isDeep of [false, true]) {
    listed.length = 0;
    await verify({ clock: Date, catalog, objects, deep: isDeep });
    expect(listed.toSorted()).toEqual(folders);
  }
});
