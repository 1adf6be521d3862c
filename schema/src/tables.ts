import type { Generated } from "kysely";

/**
 * The tables for Kysely. Times are ISO 8601 text in UTC with milliseconds in SQLite and DATETIME2(3) in
 * SQL Server; both are written from text, because the SQL Server driver rounds a `Date` to 3.33 ms.
 */
export interface PlantTables {
  /** Botanists, who look after plants. */
  botanist: BotanistTable;
  /** Countries of origin. */
  country: CountryTable;
  /** Cities of origin. */
  city: CityTable;
  /** Places that plants come from. */
  origin: OriginTable;
  /** Plants, each with the newest values that were observed. */
  plant: PlantTable;
  /** Measurements that are not archived and pruned yet. */
  plant_reading: PlantReadingTable;
  /** Responses without a reading, for a known reason. */
  plant_notice: PlantNoticeTable;
  /** Invalid responses. */
  plant_rejection: PlantRejectionTable;
  /** The run log of the pull. */
  etl_run: EtlRunTable;
  /** The counts of the runs that were deleted from the run log. */
  pruned_run_total: PrunedRunTotalTable;
  /** The archive catalog. */
  archive_file: ArchiveFileTable;
  /** The days that have a summary in the archive. */
  daily_summary: DailySummaryTable;
  /** The id of the archive that belongs to this database. */
  archive_metadata: ArchiveMetadataTable;
  /** Rows that violate a key, which are kept out of their tables. */
  quarantined_row: QuarantinedRowTable;
  /** Alerts of the health rules. */
  plant_alert: PlantAlertTable;
  /** The outbox of the messages about alerts. */
  alert_delivery: AlertDeliveryTable;
  /** The days of each plant, from which the health rules learn its habits. */
  plant_day_profile: PlantDayProfileTable;
  /** The migration history. */
  schema_migration: SchemaMigrationTable;
}

/** A botanist, who looks after plants. Unique: `email`. */
export interface BotanistTable {
  /** Primary key, assigned by the database. */
  botanist_id: Generated<number>;
  /** E-mail address in lower case. */
  email: string;
  /** Full name; empty for an adopted row without one. */
  name: string;
  /** Telephone number; empty if not known. */
  phone: string;
  /**
   * When the values were observed: 1970-01-01 for those of a seed or an adopted database. Older values do not replace
   * them.
   */
  observed_at: string;
}

/** A country of origin. Unique: `country_name`; `country_code` if not null. */
export interface CountryTable {
  /** Primary key, assigned by the database. */
  country_id: Generated<number>;
  /** Name; empty for an adopted row without one. */
  country_name: string;
  /** ISO 3166-1 alpha-2, such as `GB`; `null` if not known. */
  country_code: string | null;
}

/** A city of origin. Unique: `(city_name, country_id)`. */
export interface CityTable {
  /** Primary key, assigned by the database. */
  city_id: Generated<number>;
  /** Name; empty for an adopted row without one. */
  city_name: string;
  /** The country, a key of `country`. */
  country_id: number;
}

/** A place that plants come from. Unique: `(city_id, lat, long)`. Degrees. */
export interface OriginTable {
  /** Primary key, assigned by the database. */
  origin_id: Generated<number>;
  /** The city, a key of `city`. */
  city_id: number;
  /** Latitude in degrees, positive in the north; `null` if not known. */
  lat: number | null;
  /** Longitude in degrees, positive in the east; `null` if not known. */
  long: number | null;
}

/** A plant, with the newest values that were observed. A value is `null` if it is not known. */
export interface PlantTable {
  /** Primary key, assigned by the museum's API. */
  plant_id: number;
  /** Common name. */
  name: string | null;
  /** Botanical name. */
  scientific_name: string | null;
  /** Where the plant comes from, a key of `origin`. */
  origin_id: number | null;
  /** Who looks after the plant, a key of `botanist`. */
  botanist_id: number | null;
  /** Address of the licence of the image. */
  image_license_url: string | null;
  /** Address of the full-size image, which may be a presigned link. */
  image_url: string | null;
  /** Address of a small version of the image, which may be a presigned link. */
  thumbnail: string | null;
  /** When a newer signature replaces a presigned link. `null` for a link without a signature. */
  image_url_renew_at: string | null;
  /** As `image_url_renew_at`, for `thumbnail`. */
  thumbnail_renew_at: string | null;
  /**
   * When the values were observed: 1970-01-01 for those of a seed or an adopted database. Older values do not replace
   * them.
   */
  observed_at: string;
}

/** A measurement of one plant. Unique: `(plant_id, recording_taken)`. */
export interface PlantReadingTable {
  /** Primary key, assigned by the database. No id is used twice; a restored reading keeps its id if possible. */
  plant_reading_id: Generated<number>;
  /** The plant, a key of `plant`. */
  plant_id: number;
  /** Soil moisture in percent. Values below 0 and above 100 are stored and flagged. */
  soil_moisture: number;
  /** Temperature in degrees Celsius. */
  temperature: number;
  /** When the values were measured, as the API reports it. */
  recording_taken: string;
  /** When the plant was last watered, as the API reports it; `null` if that is missing or invalid. */
  last_watered: string | null;
  /** Sum of the bits of `QualityFlag`; 0 for a reading without a flag. */
  quality_flag: number;
  /** The start of the run that loaded the reading; `recording_taken` for a reading of an adopted database. */
  ingested_at: string;
  /**
   * The run that loaded the reading, which may be deleted from the run log; `null` for a reading of an adopted database.
   */
  run_id: string | null;
}

/** A response of the API without a reading, such as a plant on loan. Unique: `(plant_id, kind, notice_date)`. */
export interface PlantNoticeTable {
  /** Primary key, assigned by the database. */
  plant_notice_id: Generated<number>;
  /** Not a foreign key: the API also gives notices for plants that do not exist. */
  plant_id: number;
  /** `not_found`, `on_loan` or `sensor_fault`. */
  kind: string;
  /** The UTC day of the notices, `YYYY-MM-DD`. */
  notice_date: string;
  /** The first time on that day that the API responded so. */
  first_noticed: string;
  /** The last time on that day that the API responded so. */
  last_noticed: string;
}

/** A response, or a part of one, that violates the response schema. Unique: `(plant_id, digest)`. */
export interface PlantRejectionTable {
  /** Primary key, assigned by the database. */
  plant_rejection_id: Generated<number>;
  /** The plant that was requested; not a foreign key. */
  plant_id: number;
  /** When the response arrived. The same content that arrives again is not stored again. */
  received_at: string;
  /** The HTTP status of the response, such as 200. */
  http_status: number;
  /** 1 if the response was rejected, 0 if its reading was loaded and only details were rejected. */
  reading_rejected: number;
  /** What is wrong with the response, as JSON: `[{ path, message, value }]`. */
  issues: string;
  /**
   * The raw body, truncated at 65,536 UTF-16 code units, which the last of its `issues` then records; `body_bytes` is its
   * size in UTF-8 as far as it was read.
   */
  body: string;
  /** `text`, or `base64` for a body that is not text. */
  body_encoding: Generated<"text" | "base64">;
  /** Size of the body, bytes, as far as it was read. */
  body_bytes: number;
  /** SHA-256 in hex: of the body as far as it was read for a rejected response, of the issues for rejected details. */
  digest: string;
  /** The run that received the response. */
  run_id: string;
  /** When a retry loaded the response, or found no issue in its details any more. `null` while the rejection is open. */
  resolved_at: string | null;
  /** The id of that retry. */
  resolved_by: string | null;
}

/** The run log: one row a run. */
export interface EtlRunTable {
  /** Primary key; a UUID by default. */
  run_id: string;
  /** When the run began. */
  started_at: string;
  /** When the run ended; `null` while it is in progress, and after it was killed. */
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
  /** Why the outcome is not `ok`, as a stable code; `null` for `ok`. */
  reason: string | null;
  /** The exit code of the program, if known. */
  exit_code: number | null;
  /** Plants that the run requested, or was to request; `null` until the run ends. */
  requested: number | null;
  /** Readings that the run inserted; `null` until the run ends. */
  loaded: number | null;
  /** Readings that were stored before, with the same values; `null` until the run ends. */
  duplicates: number | null;
  /** Readings whose plant and time were stored with other values; `null` until the run ends. */
  conflicts: number | null;
  /** Readings with a quality flag, among the loaded ones; `null` until the run ends. */
  flagged: number | null;
  /** Plants that the API does not know; `null` until the run ends. */
  not_found: number | null;
  /** Plants that are on loan; `null` until the run ends. */
  on_loan: number | null;
  /** Plants whose sensor has a fault; `null` until the run ends. */
  sensor_fault: number | null;
  /** Responses that violate the schema; `null` until the run ends. */
  rejected: number | null;
  /** Plants without a response; `null` until the run ends. */
  failed: number | null;
  /** The report of the run, as JSON. */
  report: string | null;
}

/**
 * The counts of the runs that were deleted from the run log: one row. With the sums over the run log it gives those over all
 * runs.
 */
export interface PrunedRunTotalTable {
  /** Primary key; always 1, so that there is one row. */
  pruned_run_total_id: number;
  /** Readings that these runs inserted. */
  loaded: number;
  /** Readings that were stored before, with the same values. */
  duplicates: number;
  /** Readings whose plant and time were stored with other values. */
  conflicts: number;
  /** Plants that the API did not know. */
  not_found: number;
  /** Plants that were on loan. */
  on_loan: number;
  /** Plants whose sensor had a fault. */
  sensor_fault: number;
  /** Responses that violated the schema. */
  rejected: number;
  /** Plants without a response. */
  failed: number;
}

/** The archive catalog: one row a file in the object store. Unique: `object_key`. */
export interface ArchiveFileTable {
  /** Primary key, assigned by the database. */
  archive_file_id: Generated<number>;
  /** The key of the object in the store, without the store's own prefix. Case-sensitive. */
  object_key: string;
  /** The UTC hour of its readings, `YYYY-MM-DDTHH`. */
  partition_hour: string;
  /** What is known about the object: `claimed`, `verified`, `pruned` or `quarantined`. */
  state: string;
  /** While the file is claimed or verified, it covers the readings of its hour with an id above this. */
  after_id: number;
  /** The file covers the readings of its hour with an id above `after_id`, up to this one. */
  through_id: number;
  /** Number of readings in the file, or to be in it. */
  row_count: number;
  /** Length of the object, in bytes; `null` until the file is verified. */
  byte_count: number | null;
  /** The digest of its readings, 32 hex digits; `null` until the file is verified. */
  digest: string | null;
  /** The run that claimed the file. */
  run_id: string;
  /** `null` for a restored file that another database claimed. */
  claimed_at: string | null;
  /**
   * When the object was read back and verified; `null` before that, and for a restored file that another database
   * claimed.
   */
  verified_at: string | null;
  /** When its readings were deleted from the database; `null` if they were not, or were restored since. */
  pruned_at: string | null;
  /** Why the file was quarantined; `null` if it was not. */
  reason: string | null;
}

/** The number of readings that a day's summary was computed from. */
export interface DailySummaryTable {
  /** Primary key: the UTC day, `YYYY-MM-DD`. */
  summary_date: string;
  /** Number of readings. */
  readings: number;
}

/** The archive of the database: one row, none before the first archive run. */
export interface ArchiveMetadataTable {
  /** Primary key; always 1, so that there is one row. */
  archive_metadata_id: number;
  /** The id that `archive.json` in the object store also has. */
  archive_id: string;
  /** The end of the last deep verification of every file that found no problem; `null` if there was none. */
  verified_at: string | null;
}

/** A row of an adopted database, or a reading, that violates a key, with all its values. */
export interface QuarantinedRowTable {
  /** Primary key, assigned by the database. */
  quarantined_row_id: Generated<number>;
  /** The table of the row, such as `plant_reading`. */
  table_name: string;
  /** The id of the row; for a reading that was never inserted, the id of the stored one. */
  row_id: number;
  /** The row that was kept in its place; `null` if there is none. */
  kept_row_id: number | null;
  /** What the row violates, such as `duplicate reading` or `conflicting reading`. */
  reason: string;
  /** All values of the row, as a JSON object. */
  content: string;
  /** Of a conflicting reading: plant, time and values. Unique in its table if not null. */
  natural_key: string | null;
}

/** An alert of a health rule. Unique while `resolved_at` is null: `(plant_id, rule_name)`. */
export interface PlantAlertTable {
  /** Primary key; a UUID by default. */
  alert_id: string;
  /** The plant, a key of `plant`; `null` for an alert about the whole system. */
  plant_id: number | null;
  /** The rule that found the condition, such as `not-watered`. */
  rule_name: string;
  /** Since when the condition holds. */
  started_at: string;
  /** When the check that found the condition ran; not before `started_at`. */
  fired_at: string;
  /** When the check that resolved the alert ran; `null` while the alert fires. */
  resolved_at: string | null;
  /** When somebody took the alert over; `null` if nobody did. */
  acknowledged_at: string | null;
  /** The facts of the alert, by rule, as a JSON object. */
  detail: string;
}

/** The outbox: one row an event of an alert and notifier. Unique: `(alert_id, event, notifier)`. */
export interface AlertDeliveryTable {
  /** Primary key, assigned by the database. */
  alert_delivery_id: Generated<number>;
  /** The alert, a key of `plant_alert`. */
  alert_id: string;
  /** What has happened to the alert: `fired`, `resolved` or `reminded`. */
  event: string;
  /** The name of the notifier that sends the event. */
  notifier: string;
  /** When the check that added the event ran. */
  created_at: string;
  /** When to try next; `null` once it is delivered or given up. */
  due_at: string | null;
  /** When the notifier had sent it; `null` if it has not. */
  delivered_at: string | null;
  /** Number of failed attempts to send it. */
  attempts: Generated<number>;
  /** Why the last attempt failed; `null` if none did, or once it is delivered. */
  reason: string | null;
}

/** What a plant did on one UTC day. Unique: `(plant_id, profile_date)`. */
export interface PlantDayProfileTable {
  /** The plant, a key of `plant`. */
  plant_id: number;
  /** The UTC day, `YYYY-MM-DD`. */
  profile_date: string;
  /** Half-hour medians and waterings, as JSON. */
  profile: string;
}

/** The migration history: one row an applied migration. */
export interface SchemaMigrationTable {
  /** The file name of the migration without `.sql`, such as `0001_museum_tables`. */
  name: string;
  /** SHA-256 of the text of the migration, in hex. Another one than expected is `SCHEMA_UNKNOWN`. */
  checksum: string;
  /** When it was applied, by the clock of the database. */
  applied_at: string;
}
