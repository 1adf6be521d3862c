import { noAnomalies, simulateReadings } from "@lmnh/museum-simulator";
import {
  buildProfiles,
  checkHealth,
  type HealthReport,
  type HealthStores,
  profileWindow,
} from "@lmnh/plant-health";
import { buildPageModel, loadPageData, renderPage } from "@lmnh/plant-health/page";
import { dailyHistory, defaultTimeZone, directoryArchive, healthStores } from "@lmnh/plant-runtime";
import { openArchive } from "@lmnh/plant-runtime/open";
import type { PlantDatabase } from "@lmnh/plant-schema";
import { writePage } from "../files/write-page.js";
import type { Host } from "../host.js";

const dayMs = 24 * 3_600_000;
const learnedDays = 7;
const stepMs = 10 * 60_000;

/** The stores of a demo's database, which nobody else uses. */
export function demoStores(database: PlantDatabase, { clock, random }: Host): HealthStores {
  return healthStores(database, { clock, random });
}

/** Learns each plant's habits from simulated days before the demo's first pull. */
export async function learnDemoHabits(
  { records, habits }: Pick<HealthStores, "records" | "habits">,
  firstPullMs: number,
): Promise<void> {
  const plants = await records.plants();
  const days = Array.from({ length: learnedDays }, (_, index) =>
    new Date(firstPullMs - (learnedDays - index) * dayMs).toISOString().slice(0, 10),
  );
  const profiles = days.flatMap((day) => {
    const { sinceMs, untilMs } = profileWindow(day);
    const readings = plants.flatMap(({ plantId }) => [
      ...simulatedDay(plantId, Math.ceil(sinceMs / stepMs) * stepMs, untilMs),
    ]);
    return buildProfiles(readings, day);
  });
  await habits.saveProfiles(profiles, days[0] ?? "");
}

function* simulatedDay(plantId: number, fromMs: number, untilMs: number) {
  for (const { takenMs, temperature, soilMoisture, lastWateredMs } of simulateReadings({
    seed: 1,
    plantId,
    fromMs,
    untilMs,
    everyMs: stepMs,
    anomalies: noAnomalies,
  }))
    yield { plantId, takenMs, temperature, soilMoisture, lastWateredMs, qualityFlag: 0 };
}

/** Checks the plants after a pull, as `plant run --alert` does; nothing is sent. */
export async function checkDemo(stores: HealthStores, host: Host, nowMs: number): Promise<HealthReport> {
  return await checkHealth({
    ...stores,
    notifiers: [],
    clock: { ...host.clock, now: () => nowMs },
    newId: host.newId,
    timeZone: defaultTimeZone,
  });
}

/** Writes the page of the demo's last pull, and returns its heading. */
export async function writeDemoPage(
  stores: HealthStores,
  { host, archive, file, nowMs }: { host: Host; archive: string; file: string; nowMs: number },
): Promise<string> {
  const objects = await openArchive(directoryArchive(archive), { newId: host.newId, missingFolder: "empty" });
  const history = dailyHistory(objects, { days: 14, onError: () => {} });
  const data = await loadPageData({ ...stores, nowMs, history: await history(nowMs) });
  const model = buildPageModel(data, { nowMs, timeZone: defaultTimeZone });
  writePage(file, renderPage(model));
  return model.verdict;
}
