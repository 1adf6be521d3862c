import botanists from "../../seed/botanists.csv";
import cities from "../../seed/cities.csv";
import countries from "../../seed/countries.csv";
import origins from "../../seed/origins.csv";
import plants from "../../seed/plants.csv";
import { PlantSchemaError } from "../errors.js";
import {
  readSeedFile,
  type SeedFileName,
  type SeedFiles,
  type SeedIssue,
  type SeedRow,
} from "./parse-seed-csv.js";
import type { Botanist, City, Country, Origin, Plant, ReferenceData } from "./reference-data.js";

export type { SeedFileName, SeedFiles, SeedIssue } from "./parse-seed-csv.js";
export type { ReferenceData } from "./reference-data.js";

/** The files of a seed, each after those that it refers to. */
export const seedFileNames: readonly SeedFileName[] = [
  "botanists",
  "countries",
  "cities",
  "origins",
  "plants",
];

/** Older than any observation, so that a seed adds missing values and never overwrites an observation. */
export const seedObservedAt = "1970-01-01T00:00:00.000Z";

/** Parses a seed and reports all its errors. Load the data only if there are no issues. */
export function parseSeed(files: SeedFiles): {
  /** What is valid. */
  data: ReferenceData;
  /** Every problem found, by file. */
  issues: SeedIssue[];
} {
  const issues: SeedIssue[] = [];
  const read = <Name extends SeedFileName>(name: Name) => {
    const file = readSeedFile(name, files[name]);
    issues.push(...file.issues);
    return file.rows;
  };
  const index = <Row, Value>(
    file: SeedFileName,
    column: string,
    rows: readonly SeedRow<Row>[],
    idOf: (row: Row) => number,
    make: (row: Row, line: number) => Value,
  ) => {
    const byId = new Map<number, Value>();
    for (const { line, values } of rows) {
      const id = idOf(values);
      if (byId.has(id))
        issues.push({ file, line, column, value: String(id), message: "is a duplicate of an earlier row" });
      else byId.set(id, make(values, line));
    }
    return byId;
  };
  const resolve = <Value>(
    file: SeedFileName,
    line: number,
    column: string,
    id: number,
    byId: ReadonlyMap<number, Value>,
  ) => {
    const value = byId.get(id);
    if (value === undefined)
      issues.push({
        file,
        line,
        column,
        value: String(id),
        message: "refers to an id that no valid row of its file has",
      });
    return value;
  };

  const botanistsById = index(
    "botanists",
    "botanist_id",
    read("botanists"),
    (row) => row.botanist_id,
    (row): Botanist => ({
      email: row.email,
      name: row.name,
      phone: row.phone,
    }),
  );
  const countriesById = index(
    "countries",
    "country_id",
    read("countries"),
    (row) => row.country_id,
    (row): Country => ({
      name: row.country_name,
      code: row.country_code,
    }),
  );
  const citiesById = index(
    "cities",
    "city_id",
    read("cities"),
    (row) => row.city_id,
    (row, line): City | undefined => {
      const country = resolve("cities", line, "country_id", row.country_id, countriesById);
      return country && { name: row.city_name, country };
    },
  );
  const originsById = index(
    "origins",
    "origin_id",
    read("origins"),
    (row) => row.origin_id,
    (row, line): Origin | undefined => {
      const city = resolve("origins", line, "city_id", row.city_id, citiesById);
      return city && { city, latitude: row.lat, longitude: row.long };
    },
  );
  const plantsById = index(
    "plants",
    "plant_id",
    read("plants"),
    (row) => row.plant_id,
    (row, line): Plant => ({
      plantId: row.plant_id,
      name: row.name,
      scientificName: row.scientific_name,
      imageUrl: row.image_url,
      imageLicenseUrl: row.image_license_url,
      thumbnailUrl: row.thumbnail,
      botanist:
        row.botanist_id === null
          ? null
          : (resolve("plants", line, "botanist_id", row.botanist_id, botanistsById) ?? null),
      origin:
        row.origin_id === null
          ? null
          : (resolve("plants", line, "origin_id", row.origin_id, originsById) ?? null),
      observedAt: seedObservedAt,
    }),
  );

  const data: ReferenceData = {
    botanists: [...botanistsById.values()],
    countries: [...countriesById.values()],
    cities: [...citiesById.values()].filter((city) => city !== undefined),
    origins: [...originsById.values()].filter((origin) => origin !== undefined),
    plants: [...plantsById.values()],
  };
  return { data, issues };
}

/** The seed of this package, invented for trials and for the simulator. */
export function museumSeed(): ReferenceData {
  const { data, issues } = parseSeed({ botanists, countries, cities, origins, plants });
  const [first] = issues;
  if (first !== undefined)
    throw new PlantSchemaError(
      "SEED_INVALID",
      "abort",
      `The seed of the package is invalid: ${describeSeedIssue(first)}`,
    );
  return data;
}

/** An issue as one line: file, line, column, value in quotes, message. */
export function describeSeedIssue({ file, line, column, value, message }: SeedIssue): string {
  const place = `${file}.csv line ${line}${column === "" ? "" : `, ${column}`}`;
  return value === "" ? `${place}: ${message}` : `${place}: ${JSON.stringify(value)} ${message}`;
}
