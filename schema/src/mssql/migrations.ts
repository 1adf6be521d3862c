import museumTables from "../../migrations/mssql/0001_museum_tables.sql";
import plantPipeline from "../../migrations/mssql/0002_plant_pipeline.sql";
import plantHealth from "../../migrations/mssql/0003_plant_health.sql";
import operations from "../../migrations/mssql/0004_operations.sql";
import prunedRuns from "../../migrations/mssql/0005_pruned_runs.sql";
import type { Migration } from "../migration/migration.js";

export const mssqlMigrations: readonly Migration[] = [
  { name: "0001_museum_tables", sql: museumTables },
  { name: "0002_plant_pipeline", sql: plantPipeline },
  { name: "0003_plant_health", sql: plantHealth },
  { name: "0004_operations", sql: operations },
  { name: "0005_pruned_runs", sql: prunedRuns },
];
