import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { onTestFinished } from "vitest";
import { type ArchiveOptions, archive } from "../../src/archive.js";
import { sqlArchiveCatalog } from "../../src/catalog/sql-archive-catalog.js";
import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { fileKey } from "../../src/model/object-keys.js";
import type { Partition } from "../../src/model/partition.js";
import { readingPage, readingTable } from "../../src/model/reading-table.js";
import { memoryObjectStore } from "../../src/object-store/memory-object-store.js";
import { objectSource } from "../../src/parquet/byte-source.js";
import { decodePages } from "../../src/parquet/decode-pages.js";
import { encodePages } from "../../src/parquet/encode-pages.js";
import { type PlanOptions, planArchive } from "../../src/plan/plan-archive.js";
import type { ObjectStore } from "../../src/ports.js";
import { buildPlants, buildReading, type NewReading } from "../../src/testing/reading-builders.js";
import { sqlReadingTables } from "../../src/testing/sql-catalog-tables.js";

export type ReadingSpec = readonly [plantId: number, at: string, overrides?: Partial<NewReading>];

/** The old hour of the tests. */
export const runs = { old: "2026-01-27T13" as Partition };

/** A database and, unless another is given, an object store in memory, and a clock that stands still until it is set. */
export async function openWorld(now: number, store: ObjectStore = memoryObjectStore()) {
  const database = await openSqlite("sqlite::memory:");
  await migrate(database);
  onTestFinished(() => database.close());
  const catalog = { ...sqlArchiveCatalog(database), tables: sqlReadingTables(database) };
  let named = 0;
  const objects = {
    ...store,
    keys: async () => {
      const keys: string[] = [];
      for await (const { key } of store.list("")) keys.push(key);
      return keys;
    },
  };

  const world = {
    now,
    runId: "5f0c0c5e-6d1c-4b0a-9a57-0d5f6a3b1c11",
    catalog,
    objects,
    options: (): ArchiveOptions => ({
      catalog,
      objects,
      clock: { now: () => world.now },
      runId: world.runId,
      newId: () => `file-${String(++named).padStart(4, "0")}`,
    }),
    archive: (options: Partial<ArchiveOptions> = {}) => archive({ ...world.options(), ...options }),
    plan: (options: Partial<PlanOptions> = {}) => planArchive({ ...world.options(), ...options }),

    async load(...specs: readonly ReadingSpec[]) {
      await catalog.loadReferenceData(buildPlants(1, 2));
      await catalog.tables.insert(
        specs.map(([plantId, at, overrides]) => buildReading(plantId, at, overrides)),
      );
    },

    namesInDatabase: async () => (await catalog.tables.state()).readings.map(nameOf).sort(),

    async namesInFiles() {
      const found: string[] = [];
      for (const key of await objects.keys())
        if (key.startsWith("plant_reading/"))
          for (const reading of await decode(store, key)) found.push(nameOf(reading));
      return found.sort();
    },

    /** The key that the hour's first file will have when hours are archived one after another. */
    keyOf: (partition: string) => fileKey(readingTable, partition as Partition, "file-0002"),

    /** The only file of an hour, made again without one of its readings: right in itself. */
    async fileWithout(partition: string, name: string): Promise<Uint8Array> {
      const [file] = (await catalog.files()).filter((each) => each.partition === partition);
      const readings = (await decode(store, file?.key ?? "")).filter((each) => nameOf(each) !== name);
      const about = { partition: partition as Partition, runId: world.runId, rows: readings.length };
      const chunks: Uint8Array[] = [];
      for await (const chunk of encodePages(readingTable, single(readingPage(readings)), about).bytes)
        chunks.push(chunk.slice());
      return Buffer.concat(chunks);
    },

    /** Changes one byte of the only file of an hour. */
    async damage(partition: string): Promise<void> {
      const [file] = (await catalog.files()).filter((each) => each.partition === partition);
      const { bytes, etag, key } = (await store.head(file?.key ?? "")) ?? { bytes: 0, etag: "", key: "" };
      const content = (await store.read(key, 0, bytes)).slice();
      content[40] = (content[40] ?? 0) ^ 1;
      await store.put(key, single(content), { ifMatch: etag });
    },
  };
  return world;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Replaces the content of an object. */
export async function replaceObject(
  { objects }: World,
  key: string,
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<void> {
  const { bytes, etag } = (await objects.head(key)) ?? { bytes: 0, etag: "" };
  await objects.put(key, single(change(await objects.read(key, 0, bytes))), { ifMatch: etag });
}

/** Puts an object under a key that is free. */
export async function putObject(
  { objects }: World,
  key: string,
  content: string | Uint8Array,
): Promise<void> {
  await objects.put(key, single(typeof content === "string" ? Buffer.from(content) : content));
}

/** Copies objects of one world into another, under the same keys unless `rename` gives others. */
export async function copyObjects(
  from: World,
  to: World,
  prefix: string,
  rename: (key: string) => string = (key) => key,
): Promise<void> {
  for await (const { key, bytes } of from.objects.list(prefix))
    await putObject(to, rename(key), await from.objects.read(key, 0, bytes));
}

/** How many readings there are in files and database together, each counted once. */
export async function readingsIn(world: World): Promise<number> {
  return new Set([...(await world.namesInFiles()), ...(await world.namesInDatabase())]).size;
}

function nameOf({ plantId, recordingTaken }: Pick<ArchivedReading, "plantId" | "recordingTaken">): string {
  return `${plantId} ${new Date(recordingTaken).toISOString()}`;
}

async function decode(store: ObjectStore, key: string): Promise<ArchivedReading[]> {
  const readings: ArchivedReading[] = [];
  for await (const page of decodePages<ArchivedReading>(readingTable, await objectSource(store, key)))
    readings.push(...page);
  return readings;
}

async function* single<Item>(item: Item): AsyncGenerator<Item, void, void> {
  yield item;
}
