import type { ReferenceData } from "@lmnh/plant-schema";
import { barePlants } from "../catalog/bare-plants.js";
import type { ArchivedReading } from "../model/archived-reading.js";

/** A reading before the database has given it an id. */
export type NewReading = Omit<ArchivedReading, "readingId">;

/** A reading at an instant, ISO 8601, with default values. */
export function buildReading(
  plantId: number,
  at: string,
  overrides: Partial<Omit<NewReading, "plantId" | "recordingTaken">> = {},
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
    ...overrides,
  };
}

/** Plants with their ids alone, observed on 2026-01-01. */
export function buildPlants(...plantIds: readonly number[]): ReferenceData {
  const { plants, ...others } = barePlants(plantIds);
  return {
    ...others,
    plants: plants.map((plant) => ({ ...plant, observedAt: "2026-01-01T00:00:00.000Z" })),
  };
}
