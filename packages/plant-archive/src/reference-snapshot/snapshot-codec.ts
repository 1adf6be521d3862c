import type { Botanist, City, Country, Origin, Plant, ReferenceData } from "@lmnh/plant-schema";
import type { Cell } from "../model/archived-table.js";
import { schemaVersion } from "../parquet/file-layout.js";
import type { Column } from "../parquet/schema.js";
import { encodeTable, type Table } from "../parquet/table-codec.js";

/** The tables of a snapshot, each under a folder of its name. */
export const snapshotTables = ["botanist", "country", "city", "origin", "plant"] as const;

export type TableRow = Readonly<Record<string, Cell>>;

export type SnapshotTable = (typeof snapshotTables)[number];

const text = (name: string, nullable = true): Column => ({ name, type: "string", nullable });
const number = (name: string): Column => ({ name, type: "double", nullable: true });
const instant = (name: string): Column => ({ name, type: "timestamp", nullable: false });

const countryColumns = [text("country_code"), text("country_name")];
const cityColumns = [text("city_name"), ...countryColumns];
const originColumns = [number("lat"), number("long"), ...cityColumns];

const columns: Readonly<Record<SnapshotTable, readonly Column[]>> = {
  botanist: [
    text("email", false),
    text("name", false),
    text("phone", false),
    { name: "observed_at", type: "timestamp", nullable: true },
  ],
  country: countryColumns,
  city: cityColumns,
  origin: originColumns,
  plant: [
    { name: "plant_id", type: "int64", nullable: false },
    text("name"),
    text("scientific_name"),
    text("image_url"),
    text("image_license_url"),
    text("thumbnail"),
    text("botanist_email"),
    ...originColumns,
    instant("observed_at"),
  ],
};

/** Reference data as rows, which refer to each other by natural keys. */
export function snapshotRows(data: ReferenceData): Record<SnapshotTable, readonly TableRow[]> {
  return {
    botanist: data.botanists.map(botanistRow),
    country: data.countries.map(countryRow),
    city: data.cities.map(cityRow),
    origin: data.origins.map(originRow),
    plant: data.plants.map(plantRow),
  };
}

/** Rows of a table as Parquet. */
export function encodeSnapshot(
  table: SnapshotTable,
  rows: readonly TableRow[],
  { runId, atMs }: { readonly runId: string; readonly atMs: number },
): Uint8Array {
  return encodeTable({
    columns: [...columns[table], instant("snapshot_at")],
    rows: rows.map((row) => ({ ...row, snapshot_at: atMs })),
    metadata: {
      schema_version: String(schemaVersion),
      run_id: runId,
      snapshot_at: new Date(atMs).toISOString(),
    },
  });
}

/** Whether two lists have the same rows, in any order, apart from `snapshot_at`. */
export function haveSameRows(table: SnapshotTable, a: readonly TableRow[], b: readonly TableRow[]): boolean {
  const textsOf = (rows: readonly TableRow[]) =>
    rows.map((row) => JSON.stringify(columns[table].map(({ name }) => row[name] ?? null))).sort();
  return textsOf(a).join("\n") === textsOf(b).join("\n");
}

/**
 * Why a file cannot be read as a snapshot of a table, or `null`. A nullable column may be missing: older versions did not
 * have all of them.
 */
export function explainUnreadable(table: SnapshotTable, { rows, metadata }: Table): string | null {
  if (metadata.schema_version !== String(schemaVersion))
    return `has the schema version ${JSON.stringify(metadata.schema_version ?? null)} where this program reads ${schemaVersion}`;
  const wrong = rows.findIndex(
    (row) => !columns[table].every((column) => isReadable(column, row)) || !hasNaturalKey[table](row),
  );
  return wrong === -1 ? null : `has values in row ${wrong + 1} that a snapshot of ${table} cannot have`;
}

function isReadable({ name, type, nullable }: Column, row: TableRow): boolean {
  const cell = row[name] ?? null;
  if (cell === null) return nullable === true;
  if (type === "string") return typeof cell === "string";
  if (type === "timestamp") return typeof cell === "number" && cell >= earliestMs && cell <= latestMs;
  return typeof cell === "number";
}

/** Whether a row has its natural key. */
const hasNaturalKey: Readonly<Record<SnapshotTable, (row: TableRow) => boolean>> = {
  botanist: () => true,
  country: ({ country_name }) => country_name !== null,
  city: ({ city_name, country_name }) => city_name !== null && country_name !== null,
  origin: ({ city_name, country_name }) => city_name !== null && country_name !== null,
  plant: ({ city_name, country_name }) => city_name === null || country_name !== null,
};

/** Years of four digits. */
const earliestMs = Date.parse("0000-01-01T00:00:00.000Z");
const latestMs = Date.parse("9999-12-31T23:59:59.999Z");

/** The inverse of `snapshotRows`. */
export function readSnapshot(tables: Readonly<Record<SnapshotTable, readonly TableRow[]>>): ReferenceData {
  const botanists = tables.botanist.map(readBotanist);
  const byEmail = new Map(botanists.map((botanist) => [botanist.email, botanist]));
  return {
    botanists,
    countries: tables.country.map(readCountry),
    cities: tables.city.map(readCity),
    origins: tables.origin.map(parseOrigin),
    plants: tables.plant.map((row) => ({
      plantId: Number(row.plant_id),
      name: textOf(row.name),
      scientificName: textOf(row.scientific_name),
      imageUrl: textOf(row.image_url),
      imageLicenseUrl: textOf(row.image_license_url),
      thumbnailUrl: textOf(row.thumbnail),
      botanist: byEmail.get(String(row.botanist_email)) ?? null,
      origin: row.city_name === null ? null : parseOrigin(row),
      observedAt: new Date(Number(row.observed_at)).toISOString(),
    })),
  };
}

function botanistRow({ email, name, phone, observedAt }: Botanist): TableRow {
  return { email, name, phone, observed_at: observedAt === undefined ? null : Date.parse(observedAt) };
}

function countryRow({ code, name }: Country): TableRow {
  return { country_code: code, country_name: name };
}

function cityRow({ name, country }: City): TableRow {
  return { city_name: name, ...countryRow(country) };
}

function originRow({ city, latitude, longitude }: Origin): TableRow {
  return { lat: latitude, long: longitude, ...cityRow(city) };
}

const nowhere: TableRow = { lat: null, long: null, city_name: null, country_code: null, country_name: null };

function plantRow(plant: Plant): TableRow {
  return {
    plant_id: plant.plantId,
    name: plant.name,
    scientific_name: plant.scientificName,
    image_url: plant.imageUrl,
    image_license_url: plant.imageLicenseUrl,
    thumbnail: plant.thumbnailUrl,
    botanist_email: plant.botanist?.email ?? null,
    ...(plant.origin === null ? nowhere : originRow(plant.origin)),
    observed_at: Date.parse(plant.observedAt),
  };
}

function readBotanist(row: TableRow): Botanist {
  const observedMs = numberOf(row.observed_at);
  return {
    email: String(row.email),
    name: String(row.name),
    phone: String(row.phone),
    ...(observedMs !== null && { observedAt: new Date(observedMs).toISOString() }),
  };
}

function readCountry(row: TableRow): Country {
  return { code: textOf(row.country_code), name: String(row.country_name) };
}

function readCity(row: TableRow): City {
  return { name: String(row.city_name), country: readCountry(row) };
}

function parseOrigin(row: TableRow): Origin {
  return { city: readCity(row), latitude: numberOf(row.lat), longitude: numberOf(row.long) };
}

function textOf(value: Cell | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function numberOf(value: Cell | undefined): number | null {
  return typeof value === "number" ? value : null;
}
