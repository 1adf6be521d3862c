import { describe, expect, test } from "vitest";
import { parsePartition } from "../src/model/partition.js";
import { restore } from "../src/restore.js";
import { verify } from "../src/verify.js";
import { copyObjects, replaceObject, type World, worldOf } from "./support/world.js";

const now = Date.parse("2026-01-29T12:00:00.000Z");
const old = Date.parse("2026-01-01T00:00:00.000Z");

async function archivedWorld(): Promise<World> {
  const world = worldOf(now);
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

describe("a restore", () => {
  test("into an empty database is the identity on readings and reference data", async () => {
    const world = await archivedWorld();
    const before = worldOf(now);
    await before.load(
      [1, "2026-01-28T09:00:00.123Z", { temperature: 0.1 + 0.2, lastWatered: null }],
      [2, "2026-01-28T09:30:00.000Z", { soilMoisture: -23.25, qualityFlag: 2, runId: null }],
      [1, "2026-01-28T10:00:00.000Z"],
      [1, "2026-01-29T11:00:00.000Z"],
    );
    const other = worldOf(now);
    const report = await restore({ catalog: other.catalog, objects: world.objects, from: old, to: now });
    expect(report).toMatchObject({ files: 3, restored: 4, present: 0, plants: 2, complete: true });
    expect(await readingsOf(other)).toEqual(await readingsOf(before));
    expect(await other.catalog.referenceData()).toEqual(await world.catalog.referenceData());
  });

  test("changes nothing a second time, and what is in the database already stays", async () => {
    const world = await archivedWorld();
    const options = { catalog: world.catalog, objects: world.objects, from: old, to: now };
    expect(await restore(options)).toMatchObject({ restored: 3, present: 1 });
    const state = await world.catalog.tables.state();
    expect(await restore(options)).toMatchObject({ restored: 0, present: 4 });
    expect(await world.catalog.tables.state()).toEqual(state);
  });

  test("takes whole hours: each that has an instant of the span", async () => {
    const world = await archivedWorld();
    const other = worldOf(now);
    const report = await restore({
      catalog: other.catalog,
      objects: world.objects,
      from: Date.parse("2026-01-28T09:59:59.999Z"),
      to: Date.parse("2026-01-28T10:00:00.000Z"),
    });
    expect(report.partitions).toEqual(["2026-01-28T09"]);
    expect(report.restored).toBe(2);
  });

  test("leaves the database again with the next run, from the file that it is in", async () => {
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

  test("puts nothing back of a file that does not hold what it says, and names it", async () => {
    const world = await archivedWorld();
    await world.damage("2026-01-28T10");
    const other = worldOf(now);
    const report = await restore({ catalog: other.catalog, objects: world.objects, from: old, to: now });
    expect(report).toMatchObject({
      files: 2,
      restored: 3,
      problems: [{ reason: expect.stringMatching(/hour=10.* is damaged/) }],
      complete: true,
    });
    expect((await readingsOf(other)).length).toBe(3);
  });

  test("names a file that is gone, whose readings are nowhere else, and restores the others", async () => {
    const world = await archivedWorld();
    const [gone] = await world.catalog.files({ states: ["pruned"] });
    await world.objects.move(gone?.key ?? "", "elsewhere");
    const report = await restore({ catalog: world.catalog, objects: world.objects, from: old, to: now });
    expect(report.problems).toEqual([
      { key: gone?.key, reason: expect.stringContaining("is not in memory") },
    ]);
    expect(report.restored).toBeGreaterThan(0);
  });

  test("refuses a span that ends before it begins", async () => {
    const world = await archivedWorld();
    await expect(
      restore({ catalog: world.catalog, objects: world.objects, from: now, to: old }),
    ).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  test("stops between two files when it is told to, and says that it is not complete", async () => {
    const world = await archivedWorld();
    const other = worldOf(now);
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

describe("a verification", () => {
  const look = (world: World, deep = false) =>
    verify({ catalog: world.catalog, objects: world.objects, deep });

  test.each([false, true])("finds nothing where everything is as it should be (deep: %s)", async (deep) => {
    const world = await archivedWorld();
    expect(await look(world, deep)).toMatchObject({
      files: 3,
      rows: 4,
      unfinished: 0,
      findings: [],
      complete: true,
    });
  });

  test("names an object that is gone", async () => {
    const world = await archivedWorld();
    const [file] = await world.catalog.files();
    await world.objects.move(file?.key ?? "", "elsewhere/a.parquet");
    expect((await look(world)).findings).toMatchObject([
      { key: file?.key, problem: expect.stringContaining("is not in") },
    ]);
  });

  test("names an object that has another name than in the ledger as a copy of the missing one", async () => {
    const world = await archivedWorld();
    const [file] = await world.catalog.files();
    await world.objects.move(file?.key ?? "", file?.key.replace(/[^/]+$/, "other.parquet") ?? "");
    const { findings } = await look(world);
    expect(findings).toHaveLength(2);
    expect(findings).toContainEqual({
      key: expect.stringMatching(/other\.parquet$/),
      problem: expect.stringContaining(`is a copy of ${file?.key}`),
    });
  });

  test("names a file that no ledger has, with the restore that enters it", async () => {
    const world = await archivedWorld();
    const other = worldOf(now);
    other.runId = world.runId;
    await other.load([2, "2026-01-28T10:40:00.000Z"]);
    await other.archive({ newId: () => "of-another-database" });
    await copyObjects(other, world, "plant_reading/");
    expect((await look(world)).findings).toEqual([
      {
        key: expect.stringMatching(/hour=10\/of-another-database\.parquet$/),
        problem: expect.stringMatching(
          /not in this database's ledger.*: plant restore --from 2026-01-28T10:00:00Z --to 2026-01-28T11:00:00Z$/,
        ),
      },
    ]);
  });

  test("lists what it did not check, unless it looks deep", async () => {
    const world = await archivedWorld();
    expect((await look(world)).unchecked).toEqual(["readings", "database", "snapshots", "summaries"]);
    expect((await look(world, true)).unchecked).toEqual([]);
  });

  test.each([
    "plant/year=2026/month=01/day=29/snapshot.parquet",
    "plant_daily_summary/year=2026/month=01/day=28/summary.parquet",
  ])("finds damage in %s when it looks deep", async (key) => {
    const world = await archivedWorld();
    await replaceObject(world, key, (bytes) => bytes.with(40, (bytes[40] ?? 0) ^ 1));
    expect((await look(world)).findings).toEqual([]);
    expect((await look(world, true)).findings).toEqual([
      { key, problem: expect.stringContaining("damaged") },
    ]);
  });

  test("finds a damaged byte in the readings when it looks deep", async () => {
    const world = await archivedWorld();
    await world.damage("2026-01-28T10");
    const { findings } = await look(world, true);
    expect(findings).toMatchObject([{ key: expect.stringContaining("hour=10") }]);
  });

  test("finds a reading that was changed in the database after it was archived, when it looks deep", async () => {
    const world = await archivedWorld();
    const [kept] = (await world.catalog.tables.state()).readings;
    await world.catalog.tables.update(kept?.readingId ?? 0, { temperature: 99 });
    expect((await look(world)).findings).toEqual([]);
    expect((await look(world, true)).findings).toMatchObject([
      { key: expect.stringContaining("day=29/hour=11"), problem: expect.stringContaining("changed there") },
    ]);
  });

  test("counts files that a run has begun", async () => {
    const world = await archivedWorld();
    await world.load([2, "2026-01-28T10:10:00.000Z"]);
    const partition = parsePartition("2026-01-28T10");
    if (partition === null) throw new Error("no hour");
    await world.catalog.claim({ key: "plant_reading/x", partition, runId: "r", at: now }, 10);
    expect(await look(world)).toMatchObject({ files: 3, unfinished: 1, findings: [] });
  });
});
