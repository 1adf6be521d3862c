import { PlantSchemaError } from "../errors.js";
import { type Migration, migrationChecksum } from "./migration.js";

/** A row of the migration history, `schema_migration`. */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/**
 * The pending migrations, in order.
 *
 * @throws PlantSchemaError `SCHEMA_UNKNOWN` if the history is not a beginning of the known migrations: it has a name or a
 * checksum that is not known, or a gap
 */
export function planMigrations(
  known: readonly Migration[],
  history: readonly AppliedMigration[],
): Migration[] {
  const knownByName = new Map(known.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of history) {
    const migration = knownByName.get(name);
    if (migration === undefined)
      throw schemaUnknown(`this version has no migration ${name}, which the database has`, {
        migration: name,
      });
    const expected = migrationChecksum(migration);
    if (checksum !== expected)
      throw schemaUnknown(
        `the migration ${name} of the database differs from that of this version (checksum ${checksum}, expected ${expected})`,
        { migration: name, checksum, expected },
      );
  }
  const applied = new Set(history.map(({ name }) => name));
  const missing = known.slice(0, applied.size).find(({ name }) => !applied.has(name));
  if (missing !== undefined)
    throw schemaUnknown(`the database has later migrations than ${missing.name}, and not that one`, {
      migration: missing.name,
    });
  return known.slice(applied.size);
}

function schemaUnknown(difference: string, details: Readonly<Record<string, string>>): PlantSchemaError {
  return new PlantSchemaError(
    "SCHEMA_UNKNOWN",
    "abort",
    `Another version made the tables of this database: ${difference}. Nothing was changed. Use the version that made them, or a new database, into which the archived readings can be restored.`,
    { details },
  );
}
