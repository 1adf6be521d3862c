import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite } from "@lmnh/plant-schema/sqlite";
import { expect, onTestFinished, test } from "vitest";

const { loadFolder } = await import(new URL("csv-drop.mjs", import.meta.url).href);

test("csv-drop.mjs loads each row once, and rejects a row that it cannot read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "csv-drop-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const drop = async (name: string, ...rows: string[]) => {
    const file = join(folder, name);
    await writeFile(file, ["plant_id,time,soil_moisture,temperature", ...rows, ""].join("\r\n"));
    const arrived = new Date("2026-01-29T01:00:00Z");
    await utimes(file, arrived, arrived);
  };
  const database = await openSqlite("sqlite::memory:");
  onTestFinished(() => database.close());
  const counts = async () => {
    const { loaded, duplicates, rejected, flagged } = await loadFolder(folder, database);
    return { loaded, duplicates, rejected, flagged };
  };

  await drop("a.csv", "7,2026-01-28 12:00:00,61.5,12.25", "8,2026-01-28 12:00:00,104,12");
  await drop("notes.txt", "7,2026-01-28 13:00:00,1,2");
  expect(await counts()).toEqual({ loaded: 2, duplicates: 0, rejected: 0, flagged: 1 });
  expect(await counts()).toEqual({ loaded: 0, duplicates: 2, rejected: 0, flagged: 0 });

  await drop(
    "b.csv",
    "7,2026-01-28 12:01:00,61.5,12.25",
    "7,yesterday,1,2",
    ",2026-01-28 12:00:00,1,2",
    "7",
    "7,,,",
  );
  expect(await counts()).toEqual({ loaded: 1, duplicates: 2, rejected: 4, flagged: 0 });
  const readings = await database.db
    .selectFrom("plant_reading")
    .selectAll()
    .orderBy("plant_reading_id")
    .execute();
  expect(readings).toMatchObject([
    {
      plant_id: 7,
      recording_taken: "2026-01-28T12:00:00.000Z",
      soil_moisture: 61.5,
      temperature: 12.25,
      last_watered: null,
      quality_flag: 0,
    },
    { plant_id: 8, soil_moisture: 104, quality_flag: 2 },
    { plant_id: 7, recording_taken: "2026-01-28T12:01:00.000Z" },
  ]);
  const rejections = await database.db.selectFrom("plant_rejection").select("body").execute();
  expect(rejections.map(({ body }) => body)).toEqual([
    "7,yesterday,1,2",
    ",2026-01-28 12:00:00,1,2",
    "7",
    "7,,,",
  ]);
});
