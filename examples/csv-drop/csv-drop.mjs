// Loads the CSV files that loggers drop into a folder, into the tables of the museum. Files stay where they are: a second run
// counts their readings as duplicates.
//
//   node csv-drop.mjs FOLDER [DATABASE]
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createIssue, formatTimestamp, parseTimestamp, qualityChecker, runEtl } from "@lmnh/plant-etl";
import { sqlPlantStore } from "@lmnh/plant-etl/sql";
import { migrate } from "@lmnh/plant-schema";
import { openSqlite } from "@lmnh/plant-schema/sqlite";

const header = "plant_id,time,soil_moisture,temperature";

/** One response a row. A row without a plant belongs to plant 0, which no logger has. */
export function csvSource(folder) {
  return {
    async *responses(signal) {
      const names = (await readdir(folder)).filter((name) => name.endsWith(".csv"));
      for (const name of names.sort()) {
        const file = await open(join(folder, name));
        const receivedAt = (await file.stat()).mtime.toISOString();
        for await (const body of file.readLines()) {
          if (signal.aborted) return;
          if (body === header || body === "") continue;
          const plantId = Number(/^[1-9]\d{0,8}(?=,)/.exec(body)?.[0] ?? 0);
          const outcome = { kind: "received", status: 200, body, cut: false };
          yield { plantId, receivedAt, attempts: 1, outcome };
        }
      }
    },
  };
}

/** Files come once a day. The loggers do not know when a plant was watered, so that nothing is flagged for it. */
const qualityOf = qualityChecker({ staleAfterMs: 25 * 60 * 60_000 });

export function csvTransform({ plantId, receivedAt, body }) {
  const [, time = "", ...measured] = body.split(",");
  const takenMs = parseTimestamp(time, 0);
  const [soilMoisture, temperature] = measured.map((text) =>
    text.trim() === "" ? Number.NaN : Number(text),
  );
  const problems = [
    [plantId === 0, "plant_id", "is not a plant", body],
    [takenMs === null, "time", "is not a time", time],
    [measured.length !== 2, "", `does not have the fields ${header}`, body],
    [!Number.isFinite(soilMoisture), "soil_moisture", "is not a number", measured[0]],
    [!Number.isFinite(temperature), "temperature", "is not a number", measured[1]],
  ].filter(([applies]) => applies);
  if (problems.length > 0)
    return { kind: "rejection", issues: problems.map(([, ...problem]) => createIssue(...problem)) };
  const times = { recordingTaken: takenMs, receivedAt: Date.parse(receivedAt) };
  const qualityFlag = qualityOf({ soilMoisture, temperature, ...times });
  const recordingTaken = formatTimestamp(takenMs);
  const reading = { plantId, recordingTaken, soilMoisture, temperature, lastWatered: null, qualityFlag };
  return { kind: "reading", reading };
}

export async function loadFolder(folder, database) {
  await migrate(database);
  const [source, store] = [csvSource(folder), sqlPlantStore(database)];
  return await runEtl({ source, transform: csvTransform, store });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const database = await openSqlite(process.argv[3] ?? "sqlite:plants.db");
  const { loaded, duplicates, rejected, reason } = await loadFolder(process.argv[2] ?? ".", database);
  console.log({ loaded, duplicates, rejected, reason });
  await database.close();
}
