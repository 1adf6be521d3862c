import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  boolean,
  databaseSettings,
  describeBytes,
  ExitCode,
  resolveDatabase,
  setting,
  text,
  UserError,
} from "@lmnh/plant-runtime";
import { openDatabase } from "@lmnh/plant-runtime/open";
import { loadReferenceData, migrate, type ShrinkReport, vacuumDatabase } from "@lmnh/plant-schema";
import {
  describeSeedIssue,
  parseSeed,
  type ReferenceData,
  type SeedFiles,
  seedFileNames,
} from "@lmnh/plant-schema/seed";
import { defineCommand } from "../command.js";
import { pluralize } from "../output/pluralize.js";

export const migrateCommand = defineCommand({
  description: [
    "Applies the pending migrations, on SQLite all in one transaction, on SQL Server each in its own. The museum's existing database is adopted: rows that violate a unique key are moved to quarantined_row; no row is dropped.",
    "With --seed, loads botanists, countries, cities, origins and plants from five CSV files. If a file has errors, each is listed with its line, and nothing is loaded. Newer data from the API is not overwritten.",
    "With --vacuum, a SQLite file is rewritten without unused space; other programs cannot write meanwhile, and the disk needs room for twice the file. A file that was created before plant archive returned space to the disk needs it once. SQL Server ignores it.",
  ],
  examples: [
    ["plant migrate", "create or update plant-data/plants.db"],
    ["plant migrate --seed schema/seed", "load the reference data as well"],
    ["plant migrate --vacuum", "return the unused space of a SQLite file to the disk"],
    ["plant migrate --database mssql://USER:PASSWORD@HOST:1433/plants", "on SQL Server"],
  ],
  exits: [
    [ExitCode.done, "the database is up to date"],
    [ExitCode.dataError, "the seed has errors; nothing was loaded"],
    [ExitCode.temporaryFailure, "the database is busy or unavailable"],
    [ExitCode.configuration, "a setting, a file or the database is invalid"],
  ],
  settings: {
    ...databaseSettings,
    seed: setting({
      flag: "--seed <dir>",
      description: "The folder of botanists.csv, countries.csv, cities.csv, origins.csv and plants.csv",
      parse: text,
    }),
    vacuum: setting({
      flag: "--vacuum",
      fallback: "false",
      description: "Rewrite a SQLite file without unused space",
      parse: boolean,
    }),
  },
  async act({ values, resolved, output }) {
    const target = resolveDatabase(values, resolved);
    const seed = values.seed === undefined ? undefined : await readSeed(values.seed);
    const database = await openDatabase(target, { onRisk: (risk) => output.warn(risk) });
    try {
      const { applied, present, quarantined } = await migrate(database);
      if (seed !== undefined) await loadReferenceData(database, seed);
      const seeded = seed === undefined ? null : countRows(seed);
      const vacuumed = values.vacuum ? await vacuumDatabase(database) : null;
      output.result({ database: target.name, applied, present, quarantined, seeded, vacuumed }, [
        ...(applied.length === 0 ? [`${target.name} is up to date`] : [`${target.name} is migrated`]),
        ...applied.map((name) => `  applied ${name}`),
        ...quarantined.map(
          ({ table, rows, reason }) =>
            `  moved ${pluralize(rows, "row")} of ${table} to quarantined_row (${reason})`,
        ),
        ...(seeded === null ? [] : [`seed loaded: ${describeCounts(seeded)}`]),
        ...(vacuumed === null ? [] : [describeVacuum(vacuumed)]),
      ]);
      return ExitCode.done;
    } finally {
      await database.close();
    }
  },
});

async function readSeed(folder: string): Promise<ReferenceData> {
  const files: Partial<Record<keyof SeedFiles, Uint8Array>> = {};
  const missing: string[] = [];
  for (const name of seedFileNames) {
    const path = join(folder, `${name}.csv`);
    try {
      files[name] = await readFile(path);
    } catch (error) {
      missing.push(
        `The seed file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      );
    }
  }
  const { botanists, countries, cities, origins, plants } = files;
  if (
    botanists === undefined ||
    countries === undefined ||
    cities === undefined ||
    origins === undefined ||
    plants === undefined
  )
    throw new UserError(ExitCode.configuration, missing);
  const { data, issues } = parseSeed({ botanists, countries, cities, origins, plants });
  if (issues.length > 0)
    throw new UserError(ExitCode.dataError, [
      ...issues.map(describeSeedIssue),
      `The seed was not loaded. Correct ${issues.length === 1 ? "this issue" : `these ${issues.length} issues`} and run again.`,
    ]);
  return data;
}

function describeVacuum({ bytesBefore, bytesAfter }: ShrinkReport): string {
  return bytesBefore === null || bytesAfter === null
    ? "SQL Server manages its files itself: nothing was vacuumed"
    : `vacuumed: ${describeBytes(bytesBefore)} before, ${describeBytes(bytesAfter)} after`;
}

function countRows(data: ReferenceData): Record<keyof ReferenceData, number> {
  const { botanists, countries, cities, origins, plants } = data;
  return {
    botanists: botanists.length,
    countries: countries.length,
    cities: cities.length,
    origins: origins.length,
    plants: plants.length,
  };
}

function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) =>
      count === 1 ? `1 ${name.replace(/ies$/, "y").replace(/s$/, "")}` : `${count} ${name}`,
    )
    .join(", ");
}
