import museumTables from "../../migrations/sqlite/0001_museum_tables.sql";
import plantPipeline from "../../migrations/sqlite/0002_plant_pipeline.sql";
import archive from "../../migrations/sqlite/0003_archive.sql";
import archiveIdentity from "../../migrations/sqlite/0004_archive_identity.sql";
import rejectionEncoding from "../../migrations/sqlite/0005_rejection_encoding.sql";
import conflictingReadings from "../../migrations/sqlite/0006_conflicting_readings.sql";
import signedLinks from "../../migrations/sqlite/0007_signed_links.sql";
import runOutcome from "../../migrations/sqlite/0008_run_outcome.sql";
import type { Migration } from "../migration/migration.js";

export const sqliteMigrations: readonly Migration[] = [
  { name: "0001_museum_tables", sql: museumTables },
  { name: "0002_plant_pipeline", sql: plantPipeline },
  { name: "0003_archive", sql: archive },
  { name: "0004_archive_identity", sql: archiveIdentity },
  { name: "0005_rejection_encoding", sql: rejectionEncoding },
  { name: "0006_conflicting_readings", sql: conflictingReadings },
  { name: "0007_signed_links", sql: signedLinks },
  { name: "0008_run_outcome", sql: runOutcome },
];
