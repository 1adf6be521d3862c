import { PlantSchemaError } from "../errors.js";
import { type Migration, migrationChecksum } from "./migration.js";

/** What the ledger table `schema_migration` says of one migration. */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/**
 * The migrations that are still to be applied, in order.
 *
 * @throws PlantSchemaError `MIGRATION_UNKNOWN` when the ledger names a migration that is not known, or passed over one
 * that is; `MIGRATION_EDITED` when one was changed after it had been applied
 */
export function planMigrations(
  known: readonly Migration[],
  history: readonly AppliedMigration[],
): Migration[] {
  const checksums = new Map(history.map(({ name, checksum }) => [name, checksum]));
  for (const { name } of history)
    if (!known.some((migration) => migration.name === name))
      throw new PlantSchemaError(
        "MIGRATION_UNKNOWN",
        "abort",
        `The database holds the migration ${name}, which this program does not know: it is newer than the program. Upgrade the program.`,
      );
  for (const migration of known) {
    const applied = checksums.get(migration.name);
    const present = migrationChecksum(migration);
    if (applied !== undefined && applied !== present)
      throw new PlantSchemaError(
        "MIGRATION_EDITED",
        "abort",
        `The migration ${migration.name}.sql was changed after it had been applied: its checksum was ${applied} and is ${present}. Bring the file's old text back and put the change into a new migration.`,
      );
  }
  const firstPending = known.findIndex(({ name }) => !checksums.has(name));
  const pending = firstPending === -1 ? [] : known.slice(firstPending);
  const [first] = pending;
  const later = pending.find(({ name }) => checksums.has(name));
  if (first !== undefined && later !== undefined)
    throw new PlantSchemaError(
      "MIGRATION_UNKNOWN",
      "abort",
      `The database holds the migration ${later.name} without ${first.name}, which comes before it: another program made it. Upgrade the program, or restore the table schema_migration.`,
    );
  return pending;
}
