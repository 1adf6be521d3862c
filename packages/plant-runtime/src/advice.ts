import type { SimulatorErrorCode } from "@lmnh/museum-simulator";
import type { PlantArchiveErrorCode } from "@lmnh/plant-archive";
import type { PlantEtlErrorCode } from "@lmnh/plant-etl";
import type { PlantHealthErrorCode } from "@lmnh/plant-health";
import type { PlantSchemaErrorCode } from "@lmnh/plant-schema";
import type { Runner } from "./settings/setting.js";

export type ErrorCode =
  | PlantSchemaErrorCode
  | PlantEtlErrorCode
  | PlantArchiveErrorCode
  | PlantHealthErrorCode
  | SimulatorErrorCode;
type Advice = Readonly<Record<Runner, string | null>>;

/** For messages that name the next step themselves, because it is the same for every runner. */
const none: Advice = { cli: null, lambda: null };

const newDatabase: Advice = {
  cli: "Without a backup: move the files away, make a new database (plant migrate) and load the archived hours into it (plant archive restore).",
  lambda: null,
};

/** The next step after an error, in the words of each runner. A new code is a compile error until it has an entry. */
const adviceByCode: Readonly<Record<ErrorCode, Advice>> = {
  ADAPTER_INVALID: none,
  ARCHIVE_ID_INVALID: {
    cli: "If there is none, bind the archive to this database, and to no other: plant archive --adopt",
    lambda:
      "If there is none, bind the archive to this database, and to no other, with the command line: plant archive --adopt",
  },
  ARCHIVE_MISMATCH: {
    cli: "Only if this archive is to belong to this database from now on, and to no other: plant archive --adopt",
    lambda:
      "Only if this archive is to belong to this database from now on, and to no other, adopt it with the command line: plant archive --adopt",
  },
  BACKUP_EXISTS: { cli: "To replace an older backup: plant backup FILE --force", lambda: null },
  BACKUP_REFUSED: none,
  CONNECTION_LOST: {
    cli: "If the error persists: plant doctor",
    lambda: "If the error persists, check the database server and the function's network.",
  },
  CONSTRAINT_VIOLATION: none,
  DATABASE_BUSY: none,
  DATABASE_DAMAGED: newDatabase,
  DATABASE_FILES_LOST: { cli: "To check the database: plant doctor", lambda: null },
  DATABASE_FULL: none,
  DATABASE_INVALID: newDatabase,
  DATABASE_MISSING: none,
  DATABASE_REPLACED: none,
  DATABASE_UNREACHABLE: none,
  DELIVERY_FAILED: none,
  DISK_FAILED: none,
  DRIVER_MISSING: none,
  LOGIN_FAILED: none,
  MIGRATION_FAILED: {
    cli: 'For reasons and remedies see "Adoption" in the README of @lmnh/plant-schema.',
    lambda: 'For reasons and remedies see "Adoption" in the README of @lmnh/plant-schema.',
  },
  MIGRATION_PENDING: {
    cli: "Bring it up to date: plant migrate",
    lambda: "As the database's owner: plant migrate",
  },
  OBJECT_EXISTS: none,
  OBJECT_INVALID: none,
  OBJECT_MISSING: none,
  OPTION_INVALID: none,
  PERMISSION_DENIED: none,
  PORT_UNAVAILABLE: none,
  READINGS_CHANGED: none,
  READING_INVALID: none,
  RECORDING_INVALID: none,
  RESPONSES_INVALID: none,
  RESTORE_CONFLICT: none,
  ROW_REJECTED: none,
  SCHEMA_MISSING: {
    cli: "To create the tables: plant migrate",
    lambda: "As the database's owner, create the tables with the command line: plant migrate",
  },
  SCHEMA_UNKNOWN: {
    cli: "To move to this version: archive the readings with the version that made the database, then make a new one (plant migrate) and load the archived hours into it (plant archive restore).",
    lambda:
      "To move to this version: archive the readings with the version that made the database, then make a new one and load the archived hours into it with the command line (plant migrate, plant archive restore).",
  },
  SEED_INVALID: none,
  STORE_FORBIDDEN: none,
  STORE_FULL: none,
  STORE_MISSING: none,
  STORE_UNREACHABLE: none,
  TLS_FAILED: none,
  URL_INVALID: none,
};

/** Every code of an error of the packages. */
export const errorCodes = Object.keys(adviceByCode) as readonly ErrorCode[];

/** The next step after an error with this code; `null` if the message names it, or the code is of another program. */
export function adviceFor(code: string, runner: Runner): string | null {
  const table: Readonly<Record<string, Advice | undefined>> = adviceByCode;
  return Object.hasOwn(table, code) ? (table[code]?.[runner] ?? null) : null;
}
