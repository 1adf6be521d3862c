import type { Botanist, Country, Origin, ReferenceData } from "@lmnh/plant-schema";
import { newestPlants, toReferenceRows } from "@lmnh/plant-schema/internal";

/**
 * The union of several states of reference data, the oldest first. Of rows with the same natural key the one with the
 * newest `observedAt` wins, or that of the later state; its `null`s are filled from the others. A country without a code
 * is the one with the same name and a code.
 */
export function mergeReferenceData(...states: readonly ReferenceData[]): ReferenceData {
  // The newest first: of two names of one country the first one is used.
  const newestFirst = states.toReversed();
  const plants = newestPlants(states.flatMap((state) => state.plants));
  const rows = toReferenceRows({
    botanists: states.flatMap((state) => state.botanists),
    countries: newestFirst.flatMap((state) => state.countries),
    cities: newestFirst.flatMap((state) => state.cities),
    origins: newestFirst.flatMap((state) => state.origins),
    plants,
  });
  const countries = new Map(
    rows.plants.map(({ plantId, countryCode, countryName }) => [
      plantId,
      { code: countryCode, name: countryName ?? "" },
    ]),
  );
  const listed = states.flatMap((state) => state.botanists.map(({ email }) => email));
  const newest = new Map(rows.botanists.map((botanist) => [botanist.email, botanist]));
  // In the order of the lists, so that a restored database assigns the same ids.
  const botanists = new Map<string, Botanist>();
  for (const email of [...listed, ...newest.keys()]) {
    const botanist = newest.get(email);
    if (botanist !== undefined) botanists.set(email, botanist);
  }
  return {
    botanists: [...botanists.values()],
    countries: rows.countries.map(({ countryCode, countryName }) => ({
      code: countryCode,
      name: countryName,
    })),
    cities: rows.cities.map(({ city, countryCode, countryName }) => ({
      name: city,
      country: { code: countryCode, name: countryName },
    })),
    origins: rows.origins.map(({ city, countryCode, countryName, latitude, longitude }) => ({
      city: { name: city, country: { code: countryCode, name: countryName } },
      latitude,
      longitude,
    })),
    plants: plants
      .map((plant) => ({
        ...plant,
        botanist: plant.botanist && (botanists.get(plant.botanist.email) ?? plant.botanist),
        origin: plant.origin && placedIn(plant.origin, countries.get(plant.plantId)),
      }))
      .sort((a, b) => a.plantId - b.plantId),
  };
}

/** The origin in its merged country. */
function placedIn(origin: Origin, country: Country = origin.city.country): Origin {
  return { ...origin, city: { ...origin.city, country } };
}
