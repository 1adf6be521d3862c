import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { QualityFlag } from "@lmnh/plant-schema";
import { expect, test } from "vitest";
import { directoryObjectStore } from "../src/object-store/directory/directory-object-store.js";
import { buildPlants, buildReading, type NewReading } from "../src/testing/reading-builders.js";
import { openDuckdb } from "./support/duckdb.js";
import { openWorld } from "./support/world.js";

const text = await readFile(new URL("../../../docs/querying.md", import.meta.url), "utf8");
const blocks = [...text.matchAll(/^```sql duckdb\n(?<sql>[^`]+)^```$/gm)].map(
  ({ groups }) => groups?.sql ?? "",
);

const plantIds = [1, 2, 3, 4, 5, 6, 7];
const readings = ["2026-01-27", "2026-01-28", "2026-02-01"].flatMap((day) =>
  Array.from({ length: 30 }, (_, third) => 10 * 60 + third * 20).flatMap((minute) =>
    plantIds.map((plantId) => makeReading(plantId, day, minute)),
  ),
);
const ofDay = readings.filter(({ recordingTaken }) => isoOf(recordingTaken).startsWith("2026-01-28"));

/** Values out of range are far out, so that they would change every result; sixteenths have exact sums. */
function makeReading(plantId: number, day: string, minute: number): NewReading {
  const at = Date.parse(`${day}T00:00:00.000Z`) + minute * 60_000;
  const hot = (minute / 20 + plantId) % 11 === 0;
  const dry = (minute / 20 + plantId) % 13 === 0;
  const watered = at - (minute % (40 * plantId)) * 60_000 - plantId;
  return buildReading(plantId, isoOf(at), {
    temperature: hot ? 900 : 10 + ((minute * plantId) % 97) / 16,
    soilMoisture: dry ? -900 : 20 + ((minute * (plantId + 5)) % 331) / 16,
    qualityFlag: (hot ? QualityFlag.temperatureRange : 0) | (dry ? QualityFlag.soilMoistureRange : 0),
    lastWatered: watered,
  });
}

async function askArchive(number: number): Promise<unknown[][]> {
  const world = await openWorld(Date.parse("2026-02-03T12:00:00.000Z"));
  const { folder, ask } = await openDuckdb();
  const reference = buildPlants(...plantIds);
  const plants = reference.plants.map((plant) => ({ ...plant, name: `Fern ${plant.plantId}` }));
  await world.catalog.loadReferenceData({ ...reference, plants });
  await world.catalog.tables.insert(readings);
  await world.archive({ objects: directoryObjectStore({ directory: folder, newId: randomUUID }) });
  const sql = blocks.find((block) => block.startsWith(`-- ${number}\n`)) ?? "";
  return await ask(sql.replaceAll("ARCHIVE", folder));
}

test("docs/querying.md has three DuckDB queries", () => {
  expect(blocks.map((block) => block.slice(0, 5))).toEqual(["-- 1\n", "-- 2\n", "-- 3\n"]);
});

test("the first query returns each plant's mean temperature of 28 January, without values out of range", async () => {
  const wanted = plantIds.map((plantId) => {
    const values = ofDay
      .filter((reading) => reading.plantId === plantId && isWithout(QualityFlag.temperatureRange, reading))
      .map(({ temperature }) => temperature);
    return [BigInt(plantId), BigInt(values.length), values.reduce((a, b) => a + b, 0) / values.length];
  });
  expect(await askArchive(1)).toEqual(wanted);
});

test("the second query returns the five driest plants of the hours from 12 to 18", async () => {
  const afternoon = ofDay.filter(({ recordingTaken }) => {
    const hour = new Date(recordingTaken).getUTCHours();
    return hour >= 12 && hour < 18;
  });
  const driest = plantIds.map((plantId): [bigint, number] => [
    BigInt(plantId),
    Math.min(
      ...afternoon
        .filter((reading) => reading.plantId === plantId && isWithout(QualityFlag.soilMoistureRange, reading))
        .map(({ soilMoisture }) => soilMoisture),
    ),
  ]);
  const wanted = driest.sort(([a, moist], [b, wet]) => moist - wet || Number(a - b)).slice(0, 5);
  expect(await askArchive(2)).toEqual(wanted);
});

test("the third query returns the number of waterings of each plant in January, by name", async () => {
  const wanted = plantIds.map((plantId) => {
    const waterings = readings
      .filter((reading) => reading.plantId === plantId)
      .map(({ recordingTaken, lastWatered }) => [isoOf(recordingTaken), isoOf(lastWatered ?? 0)])
      .filter(([taken = "", watered = ""]) => watered.slice(0, 10) === taken.slice(0, 10))
      .map(([, watered = ""]) => watered)
      .filter((watered) => watered.startsWith("2026-01"));
    return [BigInt(plantId), `Fern ${plantId}`, BigInt(new Set(waterings).size)];
  });
  expect(new Set(wanted.map(([, , times]) => times)).size).toBeGreaterThan(3);
  expect(await askArchive(3)).toEqual(wanted);
});

function isWithout(flag: number, { qualityFlag }: NewReading): boolean {
  return (qualityFlag & flag) === 0;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
