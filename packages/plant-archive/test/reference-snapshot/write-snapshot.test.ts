import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import type { Plant, ReferenceData } from "@lmnh/plant-schema";
import { startS3Server } from "@lmnh/testing/s3-server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PlantArchiveError } from "../../src/errors.js";
import { dayMs } from "../../src/model/partition.js";
import { directoryObjectStore } from "../../src/object-store/directory/directory-object-store.js";
import { memoryObjectStore } from "../../src/object-store/memory-object-store.js";
import { s3ObjectStore } from "../../src/object-store/s3/s3-object-store.js";
import { objectSource } from "../../src/parquet/byte-source.js";
import { decodeTable, encodeTable } from "../../src/parquet/table-codec.js";
import type { ObjectStore } from "../../src/ports.js";
import { readAllSnapshots, readSnapshotFile } from "../../src/reference-snapshot/read-snapshots.js";
import { restore } from "../../src/restore.js";
import { faultyObjectStore } from "../../src/testing/faulty-object-store.js";
import { buildPlants } from "../../src/testing/reading-builders.js";
import { openWorld, putObject, replaceObject, type World } from "../support/world.js";

const now = Date.parse("2026-01-30T00:10:00.000Z");
const dayOf = (date: string) => `year=2026/month=01/day=${date}/snapshot.parquet`;
const today = `plant/${dayOf("30")}`;
const span = { from: Date.parse("2026-01-01T00:00:00.000Z"), to: now + 10 * dayMs };

const observed = (hour: number) => `2026-01-20T${String(hour).padStart(2, "0")}:00:00.000Z`;
const spain = { code: "ES", name: "Spain" };
const reus = { name: "Reus", country: spain };
const ada = { email: "ada@lnhm.co.uk", name: "Ada", phone: "+1", observedAt: observed(1) };

/** A plant of which everything is known. */
function describedPlant(plantId: number, name: string, observedAt = observed(1)): Plant {
  const [plant] = buildPlants(plantId).plants as [Plant];
  const origin = { city: reus, latitude: 41.15612, longitude: 1.10687 };
  return { ...plant, name, scientificName: `${name}us`, botanist: ada, origin, observedAt };
}

/** What a museum has, with rows that no plant mentions. */
const museum: ReferenceData = {
  botanists: [ada, { ...ada, email: "idle@lnhm.co.uk", name: "Idle" }],
  countries: [spain, { code: null, name: "Atlantis" }],
  cities: [reus, { name: "Poseidonis", country: { code: null, name: "Atlantis" } }],
  origins: [
    { city: { name: "Split", country: { code: "HR", name: "Croatia" } }, latitude: null, longitude: null },
  ],
  plants: [describedPlant(1, "Fern"), describedPlant(2, "Moss"), describedPlant(3, "Palm")],
};

/** Everything by which the museum's reference data is known. */
const namesOf = ({ botanists, countries, cities, origins, plants }: ReferenceData) => ({
  botanists: botanists.map(({ email }) => email).sort(),
  countries: countries.map(({ name }) => name).sort(),
  cities: cities.map(({ name }) => name).sort(),
  origins: origins.map(({ city, latitude }) => `${city.name} ${latitude}`).sort(),
  plants: plants.map(({ plantId, name }) => `${plantId} ${name}`).sort(),
});
const everything = {
  botanists: ["ada@lnhm.co.uk", "idle@lnhm.co.uk"],
  countries: ["Atlantis", "Croatia", "Spain"],
  cities: ["Poseidonis", "Reus", "Split"],
  origins: ["Reus 41.15612", "Split null"],
  plants: ["1 Fern", "2 Moss", "3 Palm"],
};

/** What is in a file, without when it was written. */
async function rowsOf(objects: ObjectStore, key: string) {
  const { rows } = await decodeTable(await objectSource(objects, key));
  return rows.map(({ snapshot_at: _, ...row }) => row);
}

const plantsIn = async (objects: ObjectStore, key = today) =>
  (await rowsOf(objects, key)).map(({ plant_id, name }) => `${plant_id} ${name}`).sort();

/** A museum with one archived reading a plant, which have left the database. */
async function museumWorld(objects?: ObjectStore): Promise<World> {
  const world = await openWorld(now, objects);
  await world.catalog.loadReferenceData(museum);
  await world.load([1, "2026-01-28T09:00:00.000Z"], [2, "2026-01-28T09:30:00.000Z"]);
  expect(await world.archive()).toMatchObject({ verified: true, archived: { rows: 2 } });
  return world;
}

/** A new database in place of a lost one. */
async function emptyWorld(of: World, at = now): Promise<World> {
  const world = await openWorld(at, of.objects);
  world.runId = randomUUID();
  return world;
}

const bringBack = (world: World) => restore({ catalog: world.catalog, objects: world.objects, ...span });

const stores: readonly (readonly [
  string,
  () => Promise<{ store: ObjectStore; close: () => Promise<void> }>,
])[] = [
  ["memory", async () => ({ store: memoryObjectStore(), close: async () => {} })],
  [
    "a directory",
    async () => {
      const directory = await mkdtemp(join(tmpdir(), "plant-snapshots-"));
      return {
        store: directoryObjectStore({ directory, newId: randomUUID }),
        close: () => rm(directory, { recursive: true }),
      };
    },
  ],
  [
    "S3",
    async () => {
      const server = await startS3Server();
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const { endpoint, bucket } = server;
      const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
      return {
        store: s3ObjectStore({ client, bucket, prefix: "museum" }),
        close: async () => {
          client.destroy();
          await server.close();
        },
      };
    },
  ],
];

describe.each(stores)("snapshots in %s", (_name, open) => {
  let store: ObjectStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ store, close } = await open());
  });
  afterEach(() => close());

  test("keep everything if an empty database adopts the archive, on the same day and on a later one", async () => {
    const lost = await museumWorld(store);
    for (const at of [now, now + dayMs]) {
      const empty = await emptyWorld(lost, at);
      await empty.archive({ adopt: true });
      const newest = `plant/${dayOf(at === now ? "30" : "31")}`;
      expect(await plantsIn(store, newest)).toEqual(everything.plants);
      await bringBack(empty);
      expect(namesOf(await empty.catalog.referenceData())).toEqual(everything);
    }
  });

  test("keep everything if a run with a wrong clock has written one of a later year", async () => {
    const lost = await museumWorld(store);
    const future = await emptyWorld(lost, Date.parse("2099-01-01T00:10:00.000Z"));
    await future.catalog.loadReferenceData({ ...buildPlants(), plants: [describedPlant(7, "Fig")] });
    await future.archive({ adopt: true });
    const tomorrow = await emptyWorld(lost, now + dayMs);
    await tomorrow.catalog.loadReferenceData({ ...buildPlants(), plants: [describedPlant(8, "Oak")] });
    await tomorrow.archive({ adopt: true });
    await (await emptyWorld(lost, now + 2 * dayMs)).archive({ adopt: true });
    expect(await plantsIn(store, "plant/year=2026/month=02/day=01/snapshot.parquet")).toEqual([
      ...everything.plants,
      "7 Fig",
      "8 Oak",
    ]);
  });

  test("take newer rows from a database that has only a part, and keep the others", async () => {
    const lost = await museumWorld(store);
    const partial = await emptyWorld(lost);
    await partial.catalog.loadReferenceData({
      ...buildPlants(),
      plants: [describedPlant(2, "Great moss", observed(5)), describedPlant(3, "Old palm", observed(0))],
    });
    await partial.archive({ adopt: true });
    expect(await plantsIn(store)).toEqual(["1 Fern", "2 Great moss", "3 Palm"]);
  });

  test("have the rows of both if two archivers write them at once", async () => {
    const lost = await museumWorld(store);
    const [one, other] = [await emptyWorld(lost), await emptyWorld(lost)];
    await one.catalog.loadReferenceData({ ...buildPlants(), plants: [describedPlant(7, "Fig")] });
    await other.catalog.loadReferenceData({ ...buildPlants(), plants: [describedPlant(8, "Oak")] });
    for (const world of [one, other]) await world.catalog.saveArchiveId("both", { replacing: true });
    await one.archive({ adopt: true });
    await other.catalog.saveArchiveId((await one.catalog.archiveId()) ?? "", { replacing: true });
    await one.catalog.loadReferenceData({ ...buildPlants(), plants: [describedPlant(9, "Yew")] });
    let overtaken = false;
    const objects: ObjectStore = {
      ...store,
      // Between the look at the day's file and its replacement the other archiver writes its own.
      async put(key, body, options) {
        if (key === today && !overtaken) {
          overtaken = true;
          expect(await other.archive()).toMatchObject({ complete: true });
        }
        return await store.put(key, body, options);
      },
    };
    expect(await one.archive({ objects })).toMatchObject({ complete: true, contended: 0 });
    expect(overtaken).toBe(true);
    expect(await plantsIn(store)).toEqual([...everything.plants, "7 Fig", "8 Oak", "9 Yew"]);
  });
});

describe("a snapshot", () => {
  test("is skipped if other archivers replace it at each attempt, and written by the next run", async () => {
    const world = await museumWorld();
    await world.catalog.loadReferenceData({ ...buildPlants(), plants: [describedPlant(9, "Yew")] });
    const objects: ObjectStore = {
      ...world.objects,
      put: async (key, body, options) =>
        key === today ? { kind: "exists" } : await world.objects.put(key, body, options),
    };
    expect(await world.archive({ objects })).toMatchObject({ contended: 1, verified: true });
    expect(await plantsIn(world.objects)).toEqual(everything.plants);
    await world.archive();
    expect(await plantsIn(world.objects)).toContain("9 Yew");
  });

  test("is not written again while nothing changes", async () => {
    const world = await museumWorld();
    const before = await world.objects.head(today);
    await world.archive({ runId: randomUUID() });
    expect(await world.objects.head(today)).toEqual(before);
  });

  test("that is damaged is reported and not changed, and the one before it is used", async () => {
    const world = await museumWorld();
    world.now += dayMs;
    await world.archive();
    const newest = `plant/${dayOf("31")}`;
    await replaceObject(world, newest, (bytes) => bytes.with(40, (bytes[40] ?? 0) ^ 1));
    const damaged = await world.objects.head(newest);
    const problem = { key: newest, reason: expect.stringContaining("damaged") };

    const empty = await emptyWorld(world, now + dayMs);
    expect(await empty.archive({ adopt: true })).toMatchObject({
      verified: false,
      problems: expect.arrayContaining([problem]),
    });
    expect(await world.objects.head(newest)).toEqual(damaged);
    expect(await bringBack(empty)).toMatchObject({
      plants: 3,
      barePlants: 0,
      restored: 2,
      problems: [problem],
    });
    expect(namesOf(await empty.catalog.referenceData())).toEqual(everything);

    const later = await emptyWorld(world, now + 2 * dayMs);
    const february = "plant/year=2026/month=02/day=01/snapshot.parquet";
    await later.archive({ adopt: true });
    expect(await plantsIn(world.objects, february)).toEqual(everything.plants);
  });

  test("that the store has changed is reported by the run that wrote it, and quarantined", async () => {
    const world = await openWorld(now);
    await world.catalog.loadReferenceData(museum);
    const report = await world.archive({
      objects: faultyObjectStore(world.objects, { key: today, change: (bytes) => bytes.slice(1) }),
    });
    expect(report).toMatchObject({ verified: false, problems: [{ key: today }] });
    expect(await world.objects.head(today)).toBeNull();
    expect(await world.objects.head(`quarantine/${today}`)).not.toBeNull();
    expect(await world.archive()).toMatchObject({ verified: true });
    expect(await plantsIn(world.objects)).toEqual(everything.plants);
  });

  test("that can be neither stored nor quarantined is reported with both reasons", async () => {
    const world = await openWorld(now);
    await world.catalog.loadReferenceData(museum);
    await putObject(world, `quarantine/${today}`, "in the way");
    const report = await world.archive({
      objects: faultyObjectStore(world.objects, { key: today, change: (bytes) => bytes.slice(1) }),
    });
    expect(report.problems).toEqual([
      {
        key: today,
        reason: expect.stringMatching(/ It cannot be moved to quarantine\/: .*quarantine\/plant\//),
      },
    ]);
  });

  test("that changes at each read is reported after the last attempt", async () => {
    const world = await museumWorld();
    let heads = 0;
    const changing: ObjectStore = {
      ...world.objects,
      head: async (key) => {
        const found = await world.objects.head(key);
        return found && { ...found, etag: String(++heads) };
      },
      read: async () => new Uint8Array(),
    };
    expect(await readSnapshotFile(changing, "plant", today)).toMatchObject({
      kind: "unreadable",
      key: today,
    });
    expect(heads).toBe(5);
  });

  test("that becomes a link while it is read is reported", async () => {
    const world = await museumWorld();
    let heads = 0;
    const linked: ObjectStore = {
      ...world.objects,
      head: async (key) => {
        if (++heads > 1) throw new PlantArchiveError("OBJECT_INVALID", "abort", `${key} is a symbolic link`);
        return await world.objects.head(key);
      },
      read: async () => new Uint8Array(),
    };
    expect(await readSnapshotFile(linked, "plant", today)).toMatchObject({ kind: "unreadable" });
  });

  test("is read with one request", async () => {
    const world = await museumWorld();
    let heads = 0;
    const objects: ObjectStore = {
      ...world.objects,
      head: async (key) => {
        heads += 1;
        return await world.objects.head(key);
      },
    };
    expect(await readSnapshotFile(objects, "plant", today)).toMatchObject({ kind: "read" });
    expect(heads).toBe(1);
  });

  test("of an older version, which lacks columns, is read", async () => {
    const world = await museumWorld();
    const older = [
      { name: "plant_id", type: "int64" },
      { name: "name", type: "string", nullable: true },
      { name: "observed_at", type: "timestamp" },
      { name: "snapshot_at", type: "timestamp" },
    ] as const;
    const row = { plant_id: 4, name: "Reed", observed_at: now, snapshot_at: now };
    const bytes = encodeTable({ columns: older, rows: [row], metadata: { schema_version: "1" } });
    await putObject(world, `plant/${dayOf("29")}`, bytes);
    const other = await emptyWorld(world);
    expect(await bringBack(other)).toMatchObject({ plants: 4, problems: [] });
    expect(namesOf(await other.catalog.referenceData()).plants).toEqual([...everything.plants, "4 Reed"]);
  });

  test("of a newer version is reported and not replaced", async () => {
    const world = await museumWorld();
    const columns = [{ name: "plant_id", type: "int64" }] as const;
    const newer = encodeTable({ columns, rows: [{ plant_id: 1 }], metadata: { schema_version: "2" } });
    await replaceObject(world, today, () => newer);
    const before = await world.objects.head(today);
    await world.catalog.loadReferenceData({ ...buildPlants(), plants: [describedPlant(9, "Yew")] });
    const problem = {
      key: today,
      reason: expect.stringMatching(/schema version "2" where this program reads 1/),
    };
    expect(await world.archive()).toMatchObject({ problems: [problem] });
    expect(await world.objects.head(today)).toEqual(before);
  });

  test.each([
    ["a note", "Do not delete"],
    [
      "another table",
      encodeTable({ columns: [{ name: "x", type: "int32" }], rows: [{ x: 1 }], metadata: {} }),
    ],
    [
      "an instant that no calendar has",
      encodeTable({
        columns: [
          { name: "plant_id", type: "int64" },
          { name: "observed_at", type: "timestamp" },
        ],
        rows: [{ plant_id: 1, observed_at: Number.MAX_SAFE_INTEGER }],
        metadata: { schema_version: "1" },
      }),
    ],
  ])("that is %s is reported, and everything else is restored", async (_name, content) => {
    const world = await museumWorld();
    const key = `plant/${dayOf("29").replace("snapshot", "odd")}`;
    await putObject(world, key, content);
    const other = await emptyWorld(world);
    expect(await bringBack(other)).toMatchObject({ restored: 2, plants: 3, problems: [{ key }] });
    expect(namesOf(await other.catalog.referenceData())).toEqual(everything);
  });
});

describe("restore", () => {
  test("keeps only the newest row of each plant, although its signed links change every day", async () => {
    const world = await openWorld(now);
    const names = ["a", "b", "c"];
    for (const [index, name] of names.entries()) {
      world.now = now + index * dayMs;
      const plant = {
        ...describedPlant(1, "Fern", observed(index)),
        imageUrl: `https://example.org/${name}`,
      };
      const phone = `+${index}`;
      await world.catalog.loadReferenceData({
        ...buildPlants(),
        botanists: [{ ...ada, phone, observedAt: observed(index) }],
        plants: [{ ...plant, botanist: { ...ada, phone, observedAt: observed(index) } }],
      });
      await world.archive();
    }
    const { data } = await readAllSnapshots(world.objects);
    expect(data?.plants).toMatchObject([
      { plantId: 1, imageUrl: "https://example.org/c", botanist: { phone: "+2" } },
    ]);
    expect(data?.botanists).toMatchObject([{ email: ada.email, phone: "+2" }]);
  });

  test("loads the union of all snapshots if the newest one lacks rows of an older one", async () => {
    const world = await museumWorld();
    const others = await openWorld(now + dayMs);
    await others.catalog.loadReferenceData({
      ...buildPlants(),
      plants: [describedPlant(2, "Great moss", observed(5))],
    });
    await others.archive();
    for (const table of ["plant", "botanist", "origin", "city", "country"]) {
      const { bytes = 0 } = (await others.objects.head(`${table}/${dayOf("31")}`)) ?? {};
      await putObject(
        world,
        `${table}/${dayOf("31")}`,
        await others.objects.read(`${table}/${dayOf("31")}`, 0, bytes),
      );
    }
    const other = await emptyWorld(world);
    expect(await bringBack(other)).toMatchObject({ plants: 3, problems: [] });
    expect(namesOf(await other.catalog.referenceData())).toEqual({
      ...everything,
      plants: ["1 Fern", "2 Great moss", "3 Palm"],
    });
  });

  test("keeps newer rows of the database, and adds missing ones", async () => {
    const world = await museumWorld();
    const other = await emptyWorld(world);
    const newer = { ...describedPlant(1, "Tree fern", observed(9)), scientificName: null, botanist: null };
    const newerAda = { ...ada, phone: "+99", observedAt: observed(9) };
    await other.catalog.loadReferenceData({ ...buildPlants(), botanists: [newerAda], plants: [newer] });
    await bringBack(other);
    const { plants, botanists } = await other.catalog.referenceData();
    expect(plants.find(({ plantId }) => plantId === 1)).toMatchObject({
      name: "Tree fern",
      scientificName: "Fernus",
      botanist: newerAda,
      observedAt: observed(9),
    });
    expect(botanists.find(({ email }) => email === ada.email)).toEqual(newerAda);
  });

  test("inserts plants without a snapshot with their ids only, and the next snapshot does not treat them as newer", async () => {
    const world = await museumWorld();
    const other = await emptyWorld(world);
    const before: [string, Uint8Array][] = [];
    for (const table of ["plant", "botanist", "origin", "city", "country"]) {
      const key = `${table}/${dayOf("30")}`;
      const { bytes = 0 } = (await world.objects.head(key)) ?? {};
      before.push([key, await world.objects.read(key, 0, bytes)]);
      await world.objects.move(key, `elsewhere/${key}`);
    }
    expect(await bringBack(other)).toMatchObject({ restored: 2, plants: 0, barePlants: 2, problems: [] });
    expect(namesOf(await other.catalog.referenceData()).plants).toEqual(["1 null", "2 null"]);
    // The snapshots were only moved away, and come back.
    for (const [key, bytes] of before) await putObject(world, key, bytes);
    await other.archive({ adopt: true });
    expect(await plantsIn(world.objects)).toEqual(everything.plants);
    await bringBack(other);
    expect(namesOf(await other.catalog.referenceData())).toEqual(everything);
  });
});
