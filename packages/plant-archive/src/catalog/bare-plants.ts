import type { Plant, ReferenceData } from "@lmnh/plant-schema";

/** Plants with their id alone. Any description of them is newer. */
export function barePlants(plantIds: readonly number[]): ReferenceData {
  const plants = plantIds.map(
    (plantId): Plant => ({
      plantId,
      name: null,
      scientificName: null,
      imageUrl: null,
      imageLicenseUrl: null,
      thumbnailUrl: null,
      botanist: null,
      origin: null,
      observedAt: "1970-01-01T00:00:00.000Z",
    }),
  );
  return { botanists: [], countries: [], cities: [], origins: [], plants };
}
