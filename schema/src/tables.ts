import type { Generated } from "kysely";

/**
 * The tables for Kysely. Times are ISO 8601 text in UTC with milliseconds in SQLite and DATETIME2(3) in
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
  plant_alert: PlantAlertTable;
  alert_delivery: AlertDeliveryTable;
  plant_day_profile: PlantDayProfileTable;
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

/** Unique: `country_name`; `country_code` if not null. */
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
  /** Assigned by the museum's API. */
  plant_id: number;
  name: string | null;
  scientific_name: string | null;
  origin_id: number | null;
  botanist_id: number | null;
  image_license_url: string | null;
  image_url: string | null;
  thumbnail: string | null;
  /** When a newer signature replaces a presigned link. `null` for a link without a signature. */
  image_url_renew_at: string | null;
  thumbnail_renew_at: string | null;
  observed_at: string;
}

/** Unique: `(plant_id, recording_taken)`. */
export interface PlantReadingTable {
  plant_reading_id: Generated<number>;
  plant_id: number;
  /** Percent. Values below 0 and above 100 are stored and flagged. */
  soil_moisture: number;
  /** Degrees Celsius. */
  temperature: number;
  recording_taken: string;
  last_watered: string | null;
  /** Sum of the bits of `QualityFlag`; 0 for a reading without a flag. */
  quality_flag: number;
  ingested_at: string;
  /** `null` for a reading of an adopted database. */
  run_id: string | null;
}

/** A response of the API without a reading, such as a plant on loan. Unique: `(plant_id, kind, notice_date)`. */
export interface PlantNoticeTable {
  plant_notice_id: Generated<number>;
  /** Not a foreign key: the API also gives notices for plants that do not exist. */
  plant_id: number;
  kind: string;
  /** The UTC day, `YYYY-MM-DD`. */
  notice_date: string;
  first_noticed: string;
  last_noticed: string;
}

/** A response, or a part of one, that violates the response schema. Unique: `(plant_id, digest)`. */
export interface PlantRejectionTable {
  plant_rejection_id: Generated<number>;
  plant_id: number;
  received_at: string;
  http_status: number;
  /** 1 if the response was rejected, 0 if its reading was loaded and only details were rejected. */
  reading_rejected: number;
  /** JSON: `[{ path, message, value }]`. */
  issues: string;
  /**
   * The raw body, truncated at 65,536 UTF-16 code units, which the last of its `issues` then records; `body_bytes` is its
   * size in UTF-8 as far as it was read.
   */
  body: string;
  /** `base64` for a body that is not text. */
  body_encoding: Generated<"text" | "base64">;
  body_bytes: number;
  /** SHA-256 in hex: of the body as far as it was read for a rejected response, of the issues for rejected details. */
  digest: string;
  run_id: string;
  /** When a retry loaded the response, or found no issue in its details any more. `null` while the rejection is open. */
  resolved_at: string | null;
  /** The id of that retry. */
  resolved_by: string | null;
}

/** The run log: one row a run. */
export interface EtlRunTable {
  run_id: string;
  started_at: string;
  finished_at: string | null;
  /**
   * - `running`: in progress
   * - `complete`: every plant was requested, and the outcome is `ok` or `degraded`
   * - `incomplete`: the run was stopped, and the outcome is `degraded`
   * - `failed`: the outcome is `failed`
   *
   * A row that has been `running` for more than 25 hours belongs to a run that was most likely killed. The next run sets it
   * to `failed`, with the reason `abandoned` and without `finished_at`. If the run ends later, it overwrites that.
   */
  state: string;
  /** `ok`, `degraded` or `failed`; `null` while the run is in progress. */
  outcome: string | null;
  /** A stable code; `null` for the outcome `ok`. */
  reason: string | null;
  /** The exit code of the program, if known. */
  exit_code: number | null;
  requested: number | null;
  loaded: number | null;
  duplicates: number | null;
  conflicts: number | null;
  flagged: number | null;
  not_found: number | null;
  on_loan: number | null;
  sensor_fault: number | null;
  rejected: number | null;
  failed: number | null;
  /** The report of the run, as JSON. */
  report: string | null;
}

/** The archive catalog: one row a file in the object store. Unique: `object_key`. */
export interface ArchiveFileTable {
  archive_file_id: Generated<number>;
  object_key: string;
  /** The UTC hour of its readings, `YYYY-MM-DDTHH`. */
  partition_hour: string;
  /** `claimed`, `verified`, `pruned` or `quarantined`. */
  state: string;
  /** While the file is claimed or verified, it covers the readings of its hour with an id above this … */
  after_id: number;
  /** … and up to this. */
  through_id: number;
  row_count: number;
  /** With `digest`, `null` until the file is verified. */
  byte_count: number | null;
  /** The digest of its readings, in hex. */
  digest: string | null;
  run_id: string;
  /** `null` for a restored file that another database claimed. */
  claimed_at: string | null;
  verified_at: string | null;
  pruned_at: string | null;
  /** Why it was quarantined. */
  reason: string | null;
}

/** The number of readings that a day's summary was computed from. */
export interface DailySummaryTable {
  /** The UTC day, `YYYY-MM-DD`. */
  summary_date: string;
  readings: number;
}

/** The archive of the database: one row, none before the first archive run. */
export interface ArchiveMetadataTable {
  /** Always 1. */
  archive_metadata_id: number;
  archive_id: string;
  /** The end of the last deep verification of every file that found no problem; `null` if there was none. */
  verified_at: string | null;
}

/** A row of an adopted database, or a reading, that violates a key, with all its values. */
export interface QuarantinedRowTable {
  quarantined_row_id: Generated<number>;
  table_name: string;
  /** The id of the row; for a reading that was never inserted, the id of the stored one. */
  row_id: number;
  /** The row that was kept in its place; `null` if there is none. */
  kept_row_id: number | null;
  reason: string;
  /** The row, as JSON. */
  content: string;
  /** Of a conflicting reading: plant, time and values. Unique in its table if not null. */
  natural_key: string | null;
}

/** An alert of a health rule. Unique while `resolved_at` is null: `(plant_id, rule_name)`. */
export interface PlantAlertTable {
  alert_id: string;
  /** `null` for an alert about the whole system. */
  plant_id: number | null;
  rule_name: string;
  /** Since when the condition holds. */
  started_at: string;
  fired_at: string;
  /** `null` while the alert fires. */
  resolved_at: string | null;
  acknowledged_at: string | null;
  /** The facts of the alert, as JSON. */
  detail: string;
}

/** The outbox: one row an event of an alert and notifier. Unique: `(alert_id, event, notifier)`. */
export interface AlertDeliveryTable {
  alert_delivery_id: Generated<number>;
  alert_id: string;
  /** `fired`, `resolved` or `reminded`. */
  event: string;
  notifier: string;
  created_at: string;
  /** When to try next; `null` once it is delivered or given up. */
  due_at: string | null;
  delivered_at: string | null;
  /** Failed attempts. */
  attempts: Generated<number>;
  /** Why the last attempt failed. */
  reason: string | null;
}

/** What a plant did on one UTC day. Unique: `(plant_id, profile_date)`. */
export interface PlantDayProfileTable {
  plant_id: number;
  /** The UTC day, `YYYY-MM-DD`. */
  profile_date: string;
  /** Half-hour medians and waterings, as JSON. */
  profile: string;
}

export interface SchemaMigrationTable {
  name: string;
  checksum: string;
  applied_at: string;
}
