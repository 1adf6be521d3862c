import type { Generated } from "kysely";

/**
 * The tables as Kysely sees them. Times are ISO 8601 text in UTC with milliseconds in SQLite and DATETIME2(3) in
 * SQL Server; both are written from text, because the SQL Server driver rounds a `Date` to 3.33 ms.
 */
export interface PlantTables {
  botanist: BotanistTable;
  country: CountryTable;
  city: CityTable;
  origin: OriginTable;
  plant: PlantTable;
  plant_reading: PlantReadingTable;
  plant_notice: PlantNoticeTable;
  plant_rejection: PlantRejectionTable;
  etl_run: EtlRunTable;
  archive_file: ArchiveFileTable;
  daily_summary: DailySummaryTable;
  archive_metadata: ArchiveMetadataTable;
  quarantined_row: QuarantinedRowTable;
  schema_migration: SchemaMigrationTable;
}

/** Unique: `email`. */
export interface BotanistTable {
  botanist_id: Generated<number>;
  email: string;
  name: string;
  phone: string;
  observed_at: string;
}

/** Unique: `country_code` where there is one, `country_name`. */
export interface CountryTable {
  country_id: Generated<number>;
  country_name: string;
  country_code: string | null;
}

/** Unique: `(city_name, country_id)`. */
export interface CityTable {
  city_id: Generated<number>;
  city_name: string;
  country_id: number;
}

/** Unique: `(city_id, lat, long)`. Degrees. */
export interface OriginTable {
  origin_id: Generated<number>;
  city_id: number;
  lat: number | null;
  long: number | null;
}

export interface PlantTable {
  /** The API's number, not ours. */
  plant_id: number;
  name: string | null;
  scientific_name: string | null;
  origin_id: number | null;
  botanist_id: number | null;
  image_license_url: string | null;
  image_url: string | null;
  thumbnail: string | null;
  /** From when on a presigned link gives way to a newer one. `null` for a link without a signature. */
  image_url_renew_at: string | null;
  thumbnail_renew_at: string | null;
  observed_at: string;
}

/** Unique: `(plant_id, recording_taken)`. */
export interface PlantReadingTable {
  plant_reading_id: Generated<number>;
  plant_id: number;
  /** Percent. Below 0 and above 100 are kept, and flagged. */
  soil_moisture: number;
  /** Degrees Celsius. */
  temperature: number;
  recording_taken: string;
  last_watered: string | null;
  /** Sum of the bits of `QualityFlag`; 0 is a reading with nothing to remark. */
  quality_flag: number;
  ingested_at: string;
  /** `null` for a reading that was there before the run ledger. */
  run_id: string | null;
  /** `null` while no archive file has it. */
  archive_file_id: number | null;
}

/** What the API said instead of a reading. Unique: `(plant_id, kind, notice_date)`. */
export interface PlantNoticeTable {
  plant_notice_id: Generated<number>;
  /** Not a foreign key: a notice may be about a plant that does not exist. */
  plant_id: number;
  kind: string;
  /** The UTC day, `YYYY-MM-DD`. */
  notice_date: string;
  first_noticed: string;
  last_noticed: string;
}

/** An answer, or a part of one, that breaks the contract. Unique: `(plant_id, digest)`. */
export interface PlantRejectionTable {
  plant_rejection_id: Generated<number>;
  plant_id: number;
  received_at: string;
  http_status: number;
  /** 1 when the whole answer was refused, 0 when its reading was loaded and only a detail refused. */
  reading_rejected: number;
  /** JSON: `[{ path, message, value }]`. */
  issues: string;
  /**
   * The raw body, cut at 65,536 UTF-16 code units, which the last of its `issues` then says ("is kept to its first … of …
   * bytes"); `body_bytes` is its size in UTF-8 as far as it was read.
   */
  body: string;
  /** `base64` where the bytes of the body are not text. */
  body_encoding: Generated<"text" | "base64">;
  body_bytes: number;
  /** SHA-256, hex: of all of the body that was read, for a whole answer; of the issues, for a detail. */
  digest: string;
  run_id: string;
}

/** The run log: one row a run, `running` until it has ended. */
export interface EtlRunTable {
  run_id: string;
  started_at: string;
  finished_at: string | null;
  /**
   * - `running`: it has not ended
   * - `complete`: every plant was asked, and the outcome is `ok` or `degraded`
   * - `incomplete`: it was cut short, and the outcome is `degraded`
   * - `failed`: the outcome is `failed`
   *
   * A row that has been `running` for more than 25 hours belongs to a run that was most likely killed; the next run that
   * begins makes it `failed`, by the reason `abandoned` and without `finished_at`. A run that ends later overwrites that.
   */
  state: string;
  /** `ok`, `degraded` or `failed`; `null` while it runs. */
  outcome: string | null;
  /** A stable code; `null` for an outcome of `ok`. */
  reason: string | null;
  /** What the program exited with for this run, as far as it is known. */
  exit_code: number | null;
  requested: number | null;
  loaded: number | null;
  duplicates: number | null;
  /** `null` in a run of an older program. */
  conflicts: number | null;
  flagged: number | null;
  not_found: number | null;
  on_loan: number | null;
  sensor_fault: number | null;
  rejected: number | null;
  failed: number | null;
  /** The whole report, as JSON. */
  report: string | null;
}

/** The archive ledger: one row a file in the object store. Unique: `object_key`. */
export interface ArchiveFileTable {
  archive_file_id: Generated<number>;
  object_key: string;
  /** The UTC hour of its readings, `YYYY-MM-DDTHH`. */
  partition_hour: string;
  /** `claimed`, `verified`, `pruned` or `quarantined`. */
  state: string;
  row_count: number;
  /** With `digest`, `null` until the file was read back. */
  byte_count: number | null;
  /** Of its readings, hex. */
  digest: string | null;
  run_id: string;
  /** `null` in a file that was restored here and claimed in another database. */
  claimed_at: string | null;
  verified_at: string | null;
  pruned_at: string | null;
  /** Why it was set aside. */
  reason: string | null;
}

/** How many readings a day's summary is made of. */
export interface DailySummaryTable {
  /** The UTC day, `YYYY-MM-DD`. */
  summary_date: string;
  readings: number;
}

/** The one archive that the database's readings go to: one row, or none before the first run. */
export interface ArchiveMetadataTable {
  /** Always 1. */
  archive_metadata_id: number;
  archive_id: string;
}

/** A row that the unique keys have no room for, of an adopted database or of an archived hour, kept whole. */
export interface QuarantinedRowTable {
  quarantined_row_id: Generated<number>;
  table_name: string;
  /** The row's own number; for a reading that was never inserted, the number of the one that stayed. */
  row_id: number;
  /** The row that stayed and stands for it. `null` where none does. */
  kept_row_id: number | null;
  reason: string;
  /** The whole row, as JSON. */
  content: string;
  /** Of a conflicting reading: plant, time and values. Unique in its table where there is one. */
  natural_key: string | null;
}

export interface SchemaMigrationTable {
  name: string;
  checksum: string;
  applied_at: string;
}
