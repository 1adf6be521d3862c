import { randomUUID } from "node:crypto";
import { QualityFlag } from "@lmnh/plant-schema";
import { describe, expect, test } from "vitest";
import { readDailySummary } from "../../src/daily-summary/read-daily-summary.js";
import { dayMs } from "../../src/model/partition.js";
import { directoryObjectStore } from "../../src/object-store/directory/directory-object-store.js";
import { objectSource } from "../../src/parquet/byte-source.js";
import { decodeTable } from "../../src/parquet/table-codec.js";
import { buildPlants } from "../../src/testing/reading-builders.js";
import { openDuckdb } from "../support/duckdb.js";
import { openWorld, type ReadingSpec, replaceObject, type World } from "../support/world.js";

const day = "2026-01-27";
const start = Date.parse(`${day}T00:00:00.000Z`);
const at = (time: string) => `${day}T${time}Z`;
const now = Date.parse("2026-01-29T14:05:00.000Z");
const summaryKey = "plant_daily_summary/year=2026/month=01/day=27/summary.parquet";

/** A day that is complete, with a file an hour, and one that is not. */
async function summarizedWorld(): Promise<World> {
  const world = await openWorld(now);
  await world.load(
    [1, at("09:00:00.000"), { temperature: 12 }],
    [1, at("13:00:00.000"), { temperature: 14 }],
    [2, at("13:30:00.000"), { temperature: 20 }],
    [1, "2026-01-29T13:00:00.000Z"],
  );
  await world.archive();
  return world;
}

async function readSummary({ objects }: World) {
  const { rows } = await decodeTable(await objectSource(objects, summaryKey));
  return rows.map(({ plant_id, readings, avg_temperature }) => [plant_id, readings, avg_temperature]);
}

async function summaryKeys({ objects }: World): Promise<string[]> {
  return (await objects.keys()).filter((key) => key.startsWith("plant_daily_summary/"));
}

async function etagOf({ objects }: World): Promise<string | undefined> {
  return (await objects.head(summaryKey))?.etag;
}

describe("readDailySummary", () => {
  test("returns the statistics of each plant, and null for a day without a summary", async () => {
    const world = await summarizedWorld();
    const summary = await readDailySummary(world.objects, day);
    expect(summary).toMatchObject([
      {
        plantId: 1,
        readings: 2,
        temperature: { min: 12, max: 14, avg: 13, median: 13, p25: 12.5, p75: 13.5 },
      },
      { plantId: 2, readings: 1, temperature: { median: 20, flagged: 0 }, timesWatered: expect.any(Number) },
    ]);
    expect(await readDailySummary(world.objects, "2026-01-26")).toBeNull();
  });

  test("rejects with OBJECT_INVALID for a damaged file", async () => {
    const world = await summarizedWorld();
    await replaceObject(world, summaryKey, () => Buffer.from("damaged"));
    await expect(readDailySummary(world.objects, day)).rejects.toMatchObject({ code: "OBJECT_INVALID" });
  });
});

describe("the summary of a complete day", () => {
  test("is one object, with one row per plant that equals DuckDB's aggregate of the readings", async () => {
    const world = await openWorld(now);
    const { folder, ask } = await openDuckdb();
    await world.catalog.loadReferenceData(buildPlants(3));
    await world.load(...Array.from({ length: 150 }, (_, index) => manifold(index)), [
      3,
      at("11:00:00.000"),
      { qualityFlag: QualityFlag.temperatureRange | QualityFlag.soilMoistureRange, lastWatered: null },
    ]);
    const objects = directoryObjectStore({ directory: folder, newId: randomUUID });
    const report = await world.archive({ objects, rowsPerFile: 5 });
    expect(report.summarized).toEqual([day]);
    const keys: string[] = [];
    for await (const { key } of objects.list("plant_daily_summary/")) keys.push(key);
    expect(keys).toEqual([summaryKey]);

    const statistics = (of: string, flag: number) => {
      const good = `FILTER (WHERE quality_flag & ${flag} = 0)`;
      const quantiles = [0.5, 0.25, 0.75].map((share) => `quantile_cont(${of}, ${share}) ${good}`);
      return `min(${of}) ${good}, max(${of}) ${good}, avg(${of}) ${good}, ${quantiles.join(", ")},
        count(*) FILTER (WHERE quality_flag & ${flag} <> 0)`;
    };
    const wanted = await ask(`
      SELECT plant_id, count(*), ${statistics("temperature", QualityFlag.temperatureRange)},
        ${statistics("soil_moisture", QualityFlag.soilMoistureRange)},
        count(DISTINCT last_watered) FILTER (WHERE quality_flag & ${QualityFlag.wateringTime} = 0
          AND last_watered >= '${day} 00:00:00Z' AND last_watered < '2026-01-28 00:00:00Z')
      FROM read_parquet('${folder}/plant_reading/**/*.parquet', hive_partitioning = true)
      WHERE year = 2026 AND month = 1 AND day = 27 GROUP BY plant_id ORDER BY plant_id`);
    const columns = (of: string) =>
      `min_${of}, max_${of}, avg_${of}, median_${of}, p25_${of}, p75_${of}, flagged_${of}::BIGINT`;
    const found = await ask(`
      SELECT plant_id, readings::BIGINT, ${columns("temperature")}, ${columns("soil_moisture")},
        times_watered::BIGINT
      FROM '${folder}/${summaryKey}'`);
    expect(found).toEqual(wanted);
    expect(found.map(([plantId, readings]) => [plantId, readings])).toEqual([
      [1n, 75n],
      [2n, 75n],
      [3n, 1n],
    ]);
    expect(found.map((row) => row.at(-1))).toEqual([6n, 6n, 0n]);
  });

  test("is not written for an incomplete day", async () => {
    const world = await summarizedWorld();
    expect(await summaryKeys(world)).toEqual([summaryKey]);
    world.now += dayMs;
    expect((await world.archive()).summarized).toEqual(["2026-01-29"]);
  });

  test("is replaced by one with the late readings", async () => {
    const world = await summarizedWorld();
    expect(await readSummary(world)).toEqual([
      [1, 2, 13],
      [2, 1, 20],
    ]);
    await world.load([1, at("13:10:00.000"), { temperature: 19 }], [2, at("09:10:00.000")]);
    expect((await world.archive()).summarized).toEqual([day]);
    expect(await readSummary(world)).toEqual([
      [1, 3, 15],
      [2, 2, 16.125],
    ]);
    expect(await summaryKeys(world)).toEqual([summaryKey]);
  });

  test("is not written again without new readings", async () => {
    const world = await summarizedWorld();
    const etag = await etagOf(world);
    expect((await world.archive()).summarized).toEqual([]);
    expect(await etagOf(world)).toBe(etag);
  });
});

describe("if a file of the day is invalid, the summary stays and the day is reported:", () => {
  test("damaged", async () => {
    const world = await summarizedWorld();
    const etag = await etagOf(world);
    await world.damage(`${day}T09`);
    await world.load([2, at("20:00:00.000")]);
    const report = await world.archive();
    expect(report).toMatchObject({ verified: false, archived: { rows: 1 }, summarized: [] });
    expect(report.problems).toMatchObject([
      { key: `plant_daily_summary of ${day}`, reason: expect.stringContaining("hour=09") },
    ]);
    expect(await etagOf(world)).toBe(etag);
  });

  test("missing; once it is back, the next run replaces the summary", async () => {
    const world = await summarizedWorld();
    const etag = await etagOf(world);
    const [file] = (await world.catalog.files()).filter(({ partition }) => partition === `${day}T09`);
    const key = file?.key ?? "";
    await world.objects.move(key, "elsewhere/hour-09.parquet");
    await world.load([2, at("20:00:00.000"), { temperature: 10 }]);
    const report = await world.archive();
    expect(report).toMatchObject({ verified: false, archived: { rows: 1 }, summarized: [] });
    expect(report.problems).toMatchObject([
      { key: `plant_daily_summary of ${day}`, reason: expect.stringContaining(key) },
    ]);
    expect(await etagOf(world)).toBe(etag);

    await world.objects.move("elsewhere/hour-09.parquet", key);
    expect((await world.archive()).summarized).toEqual([day]);
    expect(await readSummary(world)).toEqual([
      [1, 2, 13],
      [2, 2, 15],
    ]);
  });
});

describe("a wrong summary of a day", () => {
  test.each([
    ["junk", () => Buffer.from("junk")],
    [
      "the summary of another day, of more readings",
      async () => {
        const other = await openWorld(now);
        await other.load(
          ...Array.from({ length: 9 }, (_, hour): ReadingSpec => [1, `2026-01-28T0${hour}:00:00.000Z`]),
        );
        await other.archive();
        const key = summaryKey.replace("day=27", "day=28");
        const { bytes } = (await other.objects.head(key)) ?? { bytes: 0 };
        return await other.objects.read(key, 0, bytes);
      },
    ],
  ])("is replaced by the right one when that is due: %s", async (_name, make) => {
    const world = await summarizedWorld();
    const content = await make();
    await replaceObject(world, summaryKey, () => content);
    await world.load([2, at("20:00:00.000"), { temperature: 10 }]);
    expect((await world.archive()).summarized).toEqual([day]);
    expect(await readSummary(world)).toEqual([
      [1, 2, 13],
      [2, 2, 15],
    ]);
  });
});

describe("a removed summary", () => {
  test("is written again by the next run", async () => {
    const world = await summarizedWorld();
    await world.objects.move(summaryKey, "elsewhere");
    expect(await world.archive()).toMatchObject({ summarized: [day], verified: true });
    expect(await readSummary(world)).toEqual([
      [1, 2, 13],
      [2, 1, 20],
    ]);
  });

  test("is not written again if the day's files are not in the archive, and the run skips the day", async () => {
    const world = await summarizedWorld();
    const elsewhere = await openWorld(now);
    const { objects } = elsewhere;
    await world.archive({ objects, adopt: true });
    expect(await world.archive({ objects })).toMatchObject({ summarized: [], problems: [], verified: true });
  });
});

/** Of two plants in turn, with flags of all kinds; sixteenths, whose sums and means are the same in any order. */
function manifold(index: number): ReadingSpec {
  const hot = index % 9 === 0;
  const dry = index % 7 === 0;
  const wrongWatering = index % 5 === 0;
  const taken = start + index * 570_000;
  return [
    1 + (index % 2),
    new Date(taken).toISOString(),
    {
      temperature: hot ? 900 : ((index * 7_919) % 997) / 16,
      soilMoisture: dry ? -900 : ((index * 104_729) % 1_009) / 16,
      qualityFlag:
        (hot ? QualityFlag.temperatureRange : 0) |
        (dry ? QualityFlag.soilMoistureRange : 0) |
        (wrongWatering ? QualityFlag.wateringTime : 0),
      lastWatered: wrongWatering ? taken : start + (Math.floor(index / 20) - 2) * 14_400_000,
    },
  ];
}
