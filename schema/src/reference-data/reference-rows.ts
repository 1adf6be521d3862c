import type { Botanist, City, Country, Origin, Plant, ReferenceData } from "./reference-data.js";
import { signedUrlRenewalTime } from "./signed-link.js";

/** Reference data as flat rows, each natural key once: the input of the statements. */
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

/** The columns of the origin are `null` if it is not known. */
export interface PlantRow extends OrNull<OriginRow> {
  readonly plantId: number;
  readonly name: string | null;
  readonly scientificName: string | null;
  readonly imageUrl: string | null;
  readonly imageLicenseUrl: string | null;
  readonly thumbnailUrl: string | null;
  readonly imageUrlRenewAt: string | null;
  readonly thumbnailRenewAt: string | null;
  readonly email: string | null;
  readonly observedAt: string;
}

type OrNull<Row> = { readonly [Key in keyof Row]: Row[Key] | null };

const unobserved = "1970-01-01T00:00:00.000Z";

/**
 * Flattens reference data. Several observations of one plant or botanist become one: the newest, with its missing values
 * from the older ones.
 */
export function toReferenceRows(data: ReferenceData): ReferenceRows {
  const plants = newestPlants(data.plants);
  const countries = new Map<string, CountryRow>();
  const cities = new Map<string, CityRow>();
  const origins = new Map<string, OriginRow>();

  const codes = codesByName(data);
  const addCountry = ({ name, code: ownCode }: Country) => {
    const code = codes.get(name) ?? ownCode;
    // The key is the code, or the name of a country without a code.
    const key = code === null ? `name ${name}` : `code ${code}`;
    return { key, row: getOrAdd(countries, key, () => ({ countryCode: code, countryName: name })) };
  };
  const addCity = ({ name, country }: City) => {
    const within = addCountry(country);
    const key = `${within.key}\n${name}`;
    return { key, row: getOrAdd(cities, key, () => ({ city: name, ...within.row })) };
  };
  const addOrigin = ({ city, latitude, longitude }: Origin) => {
    const within = addCity(city);
    const key = `${latitude} ${longitude} ${within.key}`;
    return getOrAdd(origins, key, () => ({ latitude, longitude, ...within.row }));
  };

  data.countries.forEach(addCountry);
  data.cities.forEach(addCity);
  data.origins.forEach(addOrigin);
  // Key by key: rest and spread of so many keys were the slowest part of this function.
  const plantRows = plants.map((plant): PlantRow => {
    const origin = plant.origin && addOrigin(plant.origin);
    return {
      plantId: plant.plantId,
      name: plant.name,
      scientificName: plant.scientificName,
      imageUrl: plant.imageUrl,
      imageLicenseUrl: plant.imageLicenseUrl,
      thumbnailUrl: plant.thumbnailUrl,
      imageUrlRenewAt: signedUrlRenewalTime(plant.imageUrl),
      thumbnailRenewAt: signedUrlRenewalTime(plant.thumbnailUrl),
      email: plant.botanist?.email ?? null,
      latitude: origin?.latitude ?? null,
      longitude: origin?.longitude ?? null,
      city: origin?.city ?? null,
      countryName: origin?.countryName ?? null,
      countryCode: origin?.countryCode ?? null,
      observedAt: plant.observedAt,
    };
  });
  return {
    botanists: newestBotanists(data.botanists, data.plants),
    countries: [...countries.values()],
    cities: [...cities.values()],
    origins: [...origins.values()],
    plants: plantRows,
  };
}

/**
 * The code of each country name. Names are unique in the database, so of several codes for one name it is the first in
 * alphabetical order.
 */
function codesByName({ countries, cities, origins, plants }: ReferenceData): Map<string, string> {
  const codes = new Map<string, string>();
  const add = ({ code, name }: Country) => {
    const known = codes.get(name);
    if (code !== null && (known === undefined || code < known)) codes.set(name, code);
  };
  countries.forEach(add);
  for (const { country } of cities) add(country);
  for (const { city } of origins) add(city.country);
  for (const { origin } of plants) if (origin !== null) add(origin.city.country);
  return codes;
}

function getOrAdd<Row>(rows: Map<string, Row>, key: string, make: () => Row): Row {
  const known = rows.get(key);
  if (known !== undefined) return known;
  const row = make();
  rows.set(key, row);
  return row;
}

/** The newest observation of each plant, with its missing values from the older ones. */
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

function newestBotanists(listed: readonly Botanist[], plants: readonly Plant[]): BotanistRow[] {
  const observations: BotanistRow[] = listed.map((botanist) => ({
    ...botanist,
    observedAt: botanist.observedAt ?? unobserved,
  }));
  for (const { botanist, observedAt } of [...plants].sort(byObservation))
    if (botanist !== null) observations.push({ ...botanist, observedAt: botanist.observedAt ?? observedAt });
  // Stable: of two at the same time, the last one is used.
  observations.sort((a, b) => compare(a.observedAt, b.observedAt));

  const byEmail = new Map<string, BotanistRow>();
  for (const botanist of observations) {
    const phone = botanist.phone === "" ? (byEmail.get(botanist.email)?.phone ?? "") : botanist.phone;
    byEmail.set(botanist.email, { ...botanist, phone });
  }
  return [...byEmail.values()];
}

/** By time and then by id, so that the result does not depend on the order of the responses. */
function byObservation(a: Plant, b: Plant): number {
  return compare(a.observedAt, b.observedAt) || a.plantId - b.plantId;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
