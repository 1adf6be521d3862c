import {
  type Botanist,
  type City,
  type Country,
  newestPlants,
  type Origin,
  type ReferenceData,
  toReferenceRows,
} from "@lmnh/plant-schema";

/**
 * Everything that any of several states of reference data contains, the oldest state first. Of rows with the same
 * natural key the one with the newest `observedAt` wins, the later state's where they are equal, and what it leaves
 * `null` is filled from the others. A country without a code is the one that has its name and a code.
 */
export function mergeReferenceData(...states: readonly ReferenceData[]): ReferenceData {
  // The newest first: of two names of one country, its name is the one that stays.
  const newestFirst = states.toReversed();
  const countryOf = resolveCountries(newestFirst.flatMap(allCountries));
  const cityOf = ({ name, country }: City): City => ({ name, country: countryOf(country) });
  const originOf = ({ city, latitude, longitude }: Origin): Origin => ({
    city: cityOf(city),
    latitude,
    longitude,
  });
  const plants = newestPlants(states.flatMap((state) => state.plants)).map((plant) => ({
    ...plant,
    origin: plant.origin && originOf(plant.origin),
  }));
  const rows = toReferenceRows({
    botanists: states.flatMap((state) => state.botanists),
    countries: newestFirst.flatMap((state) => state.countries.map(countryOf)),
    cities: newestFirst.flatMap((state) => state.cities.map(cityOf)),
    origins: newestFirst.flatMap((state) => state.origins.map(originOf)),
    plants,
  });
  const listed = states.flatMap((state) => state.botanists.map(({ email }) => email));
  const newest = new Map(rows.botanists.map((botanist) => [botanist.email, botanist]));
  // In the order of the lists, so that a database that is made again numbers them alike.
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
      }))
      .sort((a, b) => a.plantId - b.plantId),
  };
}

function allCountries({ countries, cities, origins, plants }: ReferenceData): Country[] {
  return [
    ...countries,
    ...cities.map(({ country }) => country),
    ...origins.map(({ city }) => city.country),
    ...plants.flatMap(({ origin }) => (origin === null ? [] : [origin.city.country])),
  ];
}

/** The row under which a country is entered; the first name of a code and the first code of a name win. */
function resolveCountries(countries: readonly Country[]): (country: Country) => Country {
  const nameOfCode = new Map<string, string>();
  for (const { code, name } of countries)
    if (code !== null && !nameOfCode.has(code)) nameOfCode.set(code, name);
  const codeOfName = new Map<string, string>();
  for (const [code, name] of nameOfCode) if (!codeOfName.has(name)) codeOfName.set(name, code);
  return (country) => {
    const code = country.code ?? codeOfName.get(country.name) ?? null;
    return { code, name: (code === null ? undefined : nameOfCode.get(code)) ?? country.name };
  };
}
