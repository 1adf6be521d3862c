import museumTables from "../../migrations/mssql/0001_museum_tables.sql";
import plantPipeline from "../../migrations/mssql/0002_plant_pipeline.sql";
import archive from "../../migrations/mssql/0003_archive.sql";
import archiveIdentity from "../../migrations/mssql/0004_archive_identity.sql";
import rejectionEncoding from "../../migrations/mssql/0005_rejection_encoding.sql";
import conflictingReadings from "../../migrations/mssql/0006_conflicting_readings.sql";
import signedLinks from "../../migrations/mssql/0007_signed_links.sql";
import runOutcome from "../../migrations/mssql/0008_run_outcome.sql";
import type { Migration } from "../migration/migration.js";

export const mssqlMigrations: readonly Migration[] = [
  { name: "0001_museum_tables", sql: museumTables },
  { name: "0002_plant_pipeline", sql: plantPipeline },
  { name: "0003_archive", sql: archive },
  { name: "0004_archive_identity", sql: archiveIdentity },
  { name: "0005_rejection_encoding", sql: rejectionEncoding },
  { name: "0006_conflicting_readings", sql: conflictingReadings },
  { name: "0007_signed_links", sql: signedLinks },
  { name: "0008_run_outcome", sql: runOutcome },
];
