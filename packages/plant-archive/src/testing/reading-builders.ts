import type { ReferenceData } from "@lmnh/plant-schema";
import { barePlants } from "../catalog/bare-plants.js";
import type { ArchivedReading } from "../model/archived-reading.js";

export type NewReading = Omit<ArchivedReading, "readingId">;

/** A reading of a plant at an instant, ISO 8601; what it is not told is always the same. */
export function buildReading(
  plantId: number,
  at: string,
  said: Partial<Omit<NewReading, "plantId" | "recordingTaken">> = {},
): NewReading {
  return {
    plantId,
    recordingTaken: Date.parse(at),
    soilMoisture: 30.5,
    temperature: 12.25,
    lastWatered: Date.parse("2026-01-27T13:54:32.000Z"),
    qualityFlag: 0,
    ingestedAt: Date.parse("2026-01-28T12:00:00.123Z"),
    runId: "run",
    ...said,
  };
}

/** Reference data of plants of which nothing but their numbers is known, observed on the first day of 2026. */
export function buildPlants(...plantIds: readonly number[]): ReferenceData {
  const { plants, ...others } = barePlants(plantIds);
  return {
    ...others,
    plants: plants.map((plant) => ({ ...plant, observedAt: "2026-01-01T00:00:00.000Z" })),
  };
}
