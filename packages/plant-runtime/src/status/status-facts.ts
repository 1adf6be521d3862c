import type { ExitCode } from "../exit-codes.js";

/** What one part of a status is based on: its facts, why they could not be read, or the part that they depend on. */
export type Part<Facts> =
  | { readonly kind: "known"; readonly facts: Facts }
  | { readonly kind: "failed"; readonly code: string; readonly problem: string; readonly exitCode: ExitCode }
  | { readonly kind: "unknown"; readonly because: string };

/** What a status is assessed from. Times are milliseconds since the epoch. */
export interface StatusFacts {
  readonly database: Part<DatabaseFacts>;
  /** `null` for a server. */
  readonly databaseFiles: Part<DatabaseFilesFacts | null>;
  readonly runs: Part<RunFacts>;
  readonly readings: Part<ReadingFacts>;
  readonly plants: Part<PlantFacts>;
  readonly rejections: Part<RejectionFacts>;
  readonly alerts: Part<AlertFacts>;
  readonly catalog: Part<CatalogFacts>;
  readonly store: Part<StoreFacts>;
  readonly disks: Part<readonly DiskFacts[]>;
}

export interface DatabaseFacts {
  /** Without secrets. */
  readonly name: string;
  /** `null` if it cannot be read, such as on a server that does not permit it. */
  readonly bytes: number | null;
}

/** A SQLite file, whether it can be read or not. */
export interface DatabaseFilesFacts {
  readonly path: string;
  readonly folder: string;
  readonly isFolderMissing: boolean;
  /** The paths that exist, of the file, its write-ahead log and its shared memory. */
  readonly existing: readonly string[];
  /** Whether the file exists and has no bytes. */
  readonly isEmpty: boolean;
}

export interface RunRecord {
  readonly runId: string;
  readonly startedMs: number;
  readonly finishedMs: number | null;
  /** As in `etl_run`. */
  readonly state: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly requested: number;
  readonly loaded: number;
  /** Plants without a reading by intention: not found, or on loan. */
  readonly absent: number;
  readonly rejected: number;
  readonly failed: number;
}

export interface RunFacts {
  /** The newest 20 at most, the newest first, without those in the future. */
  readonly newest: readonly RunRecord[];
  /** The start of the newest run that is more than two minutes in the future; `null` if there is none. */
  readonly futureMs: number | null;
  /** The newest run whose outcome is `ok`. */
  readonly lastOk: RunRecord | null;
  /** The newest run that has ended with another outcome. One that was complete and `degraded` counts for 24 hours. */
  readonly lastNotOk: RunRecord | null;
  /** Of the first failure in the report of `lastNotOk`: code and message. `null` if there is none. */
  readonly failure: string | null;
  /** Start of the first run of the run log. */
  readonly firstMs: number | null;
  /** Runs that started in the last 24 hours, and what they loaded. */
  readonly day: { readonly runs: number; readonly loaded: number; readonly flagged: number };
}

export interface ReadingFacts {
  /** The newest reading that is not in the future. */
  readonly newestMs: number | null;
  /** Readings in the future that the newest run that has loaded any has loaded, in the last hour; at most 1,000. */
  readonly future: number;
  readonly newestFutureMs: number | null;
}

export interface PlantFacts {
  /** Plants that were described by a response or have a reading. */
  readonly known: number;
  /** Plants without a reading since `silentSinceMs`, without those on loan or not found; the first 101 by id. */
  readonly quiet: readonly QuietPlant[];
}

export interface QuietPlant {
  readonly plantId: number;
  readonly lastReadingMs: number | null;
  /** The botanist; `null` if not known. */
  readonly botanist: string | null;
}

export interface RejectionFacts {
  /** Of the newest 10,000 open rejections, those of each plant, most first; 101 plants at most. */
  readonly byPlant: readonly {
    readonly plantId: number;
    readonly readings: number;
    readonly details: number;
    /** Of both, those of the last 24 hours. */
    readonly ofDay: number;
    /** When a response was rejected; a repeated one has the time of the first. */
    readonly newestReadingMs: number | null;
  }[];
}

export interface AlertFacts {
  /** Alerts that fire, by rule. */
  readonly firing: readonly { readonly rule: string; readonly alerts: number }[];
  readonly plants: number;
  readonly lastDelivery: { readonly notifier: string; readonly deliveredMs: number } | null;
  /** Deliveries that were tried and are tried again. */
  readonly failing: number;
  /** Deliveries that were given up in the last 24 hours. */
  readonly givenUp: number;
  /** A notifier and the reason of one of the failed deliveries. */
  readonly failure: { readonly notifier: string; readonly reason: string | null } | null;
  /** Deliveries that nobody has tried, and the time that the oldest was due. */
  readonly waiting: number;
  readonly waitingSinceMs: number | null;
}

export interface CatalogFacts {
  /** Files that are verified or pruned. */
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** Files that a run has begun and not verified yet. */
  readonly claimed: number;
  readonly quarantined: number;
  /** Of the newest 20 quarantined files, those with a reading in the database that no verified file has. */
  readonly quarantinedUnarchived: number;
  /** The newest hour with a file, `YYYY-MM-DDTHH`. */
  readonly lastHour: string | null;
  readonly unarchived: number;
  /** The oldest reading after the newest hour with a file. */
  readonly oldestUnarchivedMs: number | null;
  readonly verifiedMs: number | null;
}

export interface StoreFacts {
  /** Without secrets. */
  readonly name: string;
  /** `false` for a folder that no archive run has created yet. */
  readonly exists: boolean;
  /** How many of the newest files of the catalog were compared with the store. */
  readonly compared: number;
  /** Of these, those that are missing or have another size, by key. */
  readonly wrong: readonly WrongFile[];
  /** Whether it is an archive: whether it has an id. */
  readonly hasId: boolean;
}

export interface WrongFile {
  readonly key: string;
  readonly isMissing: boolean;
  /** Whether its readings have left the database. */
  readonly isOnlyCopy: boolean;
}

export interface DiskFacts {
  /** What is on it: `database`, `archive` or `database and archive`. */
  readonly use: string;
  /** A folder on it. */
  readonly folder: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Free and all entries for files; 0 and 0 if the file system has no limit. */
  readonly freeFiles: number;
  readonly totalFiles: number;
}
