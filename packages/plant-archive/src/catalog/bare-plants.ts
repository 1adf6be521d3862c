import type { Plant, ReferenceData } from "@lmnh/plant-schema";

/** Plants of which only the number is known; whatever describes them was observed later. */
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
