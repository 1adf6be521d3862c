import type { Botanist, City, Country, Origin, Plant, ReferenceData } from "./reference-data.js";

/** Reference data as flat rows, each natural key once: what the statements take. Absent text is `null`. */
export interface ReferenceRows {
  readonly botanists: readonly BotanistRow[];
  readonly countries: readonly CountryRow[];
  readonly cities: readonly CityRow[];
  readonly origins: readonly OriginRow[];
  readonly plants: readonly PlantRow[];
}

export interface BotanistRow extends Botanist {
  readonly observedAt: string;
}

export interface CountryRow {
  readonly countryCode: string | null;
  readonly countryName: string;
}

export interface CityRow extends CountryRow {
  readonly city: string;
}

export interface OriginRow extends CityRow {
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export interface PlantRow extends Partial<OriginRow> {
  readonly plantId: number;
  readonly name: string | null;
  readonly scientificName: string | null;
  readonly imageUrl: string | null;
  readonly imageLicenseUrl: string | null;
  readonly thumbnailUrl: string | null;
  readonly email: string | null;
  readonly observedAt: string;
}

const unobserved = "1970-01-01T00:00:00.000Z";

/**
 * Flattens reference data. Of several sayings about one plant or botanist the newest stands, whatever their order;
 * what it leaves unsaid is filled from the older ones.
 */
export function toReferenceRows(data: ReferenceData): ReferenceRows {
  const plants = newestPlants(data.plants);
  const origins = uniqueBy(
    [...data.origins, ...plants.flatMap(({ origin }) => origin ?? [])].map(originRow),
    ({ latitude, longitude, ...city }) => [latitude, longitude, ...cityKey(city)],
  );
  const cities = uniqueBy([...data.cities.map(cityRow), ...origins.map(onlyCity)], cityKey);
  const countries = uniqueBy([...data.countries.map(countryRow), ...cities.map(onlyCountry)], countryKey);
  return {
    botanists: newestBotanists(data.botanists, data.plants),
    countries,
    cities,
    origins,
    plants: plants.map(({ botanist, origin, ...plant }) => ({
      ...plant,
      email: botanist?.email ?? null,
      ...(origin && originRow(origin)),
    })),
  };
}

/** One saying a plant: the newest, with what it leaves unsaid filled in from the older ones. */
export function newestPlants(plants: readonly Plant[]): Plant[] {
  const byId = new Map<number, Plant>();
  for (const plant of [...plants].sort(byObservation)) {
    const older = byId.get(plant.plantId);
    byId.set(plant.plantId, older === undefined ? plant : overlay(older, plant));
  }
  return [...byId.values()];
}

function overlay(older: Plant, newer: Plant): Plant {
  return {
    ...newer,
    name: newer.name ?? older.name,
    scientificName: newer.scientificName ?? older.scientificName,
    imageUrl: newer.imageUrl ?? older.imageUrl,
    imageLicenseUrl: newer.imageLicenseUrl ?? older.imageLicenseUrl,
    thumbnailUrl: newer.thumbnailUrl ?? older.thumbnailUrl,
    botanist: newer.botanist ?? older.botanist,
    origin: newer.origin ?? older.origin,
  };
}

function newestBotanists(unobservedBotanists: readonly Botanist[], plants: readonly Plant[]): BotanistRow[] {
  const byEmail = new Map<string, BotanistRow>();
  for (const botanist of unobservedBotanists)
    byEmail.set(botanist.email, { ...botanist, observedAt: unobserved });
  for (const { botanist, observedAt } of [...plants].sort(byObservation))
    if (botanist !== null) {
      const phone = botanist.phone === "" ? (byEmail.get(botanist.email)?.phone ?? "") : botanist.phone;
      byEmail.set(botanist.email, { ...botanist, phone, observedAt });
    }
  return [...byEmail.values()];
}

/** By time and then by number, so that the result does not depend on the order in which answers came in. */
function byObservation(a: Plant, b: Plant): number {
  if (a.observedAt !== b.observedAt) return a.observedAt < b.observedAt ? -1 : 1;
  return a.plantId - b.plantId;
}

function uniqueBy<Row>(rows: readonly Row[], key: (row: Row) => readonly unknown[]): Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(key(row)), row])).values()];
}

function countryRow({ code, name }: Country): CountryRow {
  return { countryCode: code, countryName: name };
}

function cityRow({ name, country }: City): CityRow {
  return { city: name, ...countryRow(country) };
}

function originRow({ city, latitude, longitude }: Origin): OriginRow {
  return { ...cityRow(city), latitude, longitude };
}

function onlyCity({ city, countryCode, countryName }: CityRow): CityRow {
  return { city, countryCode, countryName };
}

function onlyCountry({ countryCode, countryName }: CountryRow): CountryRow {
  return { countryCode, countryName };
}

/** One country a code, whatever it is called; one a name where there is no code. */
function countryKey({ countryCode, countryName }: CountryRow): readonly unknown[] {
  return countryCode === null ? ["name", countryName] : ["code", countryCode];
}

function cityKey(row: CityRow): readonly unknown[] {
  return [row.city, ...countryKey(row)];
}
