import { createHash } from "node:crypto";
import mssql0001 from "../../migrations/mssql/0001_museum_tables.sql";
import mssql0002 from "../../migrations/mssql/0002_plant_pipeline.sql";
import mssql0003 from "../../migrations/mssql/0003_archive.sql";
import mssql0004 from "../../migrations/mssql/0004_archive_identity.sql";
import mssql0005 from "../../migrations/mssql/0005_rejection_encoding.sql";
import mssql0006 from "../../migrations/mssql/0006_conflicting_readings.sql";
import mssql0007 from "../../migrations/mssql/0007_signed_links.sql";
import mssql0008 from "../../migrations/mssql/0008_run_outcome.sql";
import sqlite0001 from "../../migrations/sqlite/0001_museum_tables.sql";
import sqlite0002 from "../../migrations/sqlite/0002_plant_pipeline.sql";
import sqlite0003 from "../../migrations/sqlite/0003_archive.sql";
import sqlite0004 from "../../migrations/sqlite/0004_archive_identity.sql";
import sqlite0005 from "../../migrations/sqlite/0005_rejection_encoding.sql";
import sqlite0006 from "../../migrations/sqlite/0006_conflicting_readings.sql";
import sqlite0007 from "../../migrations/sqlite/0007_signed_links.sql";
import sqlite0008 from "../../migrations/sqlite/0008_run_outcome.sql";
import type { PlantDatabase } from "../database.js";

/** A numbered step from one structure to the next. Once released it is never edited: a mistake gets a new file. */
export interface Migration {
  /** The file's name without `.sql`. */
  readonly name: string;
  readonly sql: string;
}

/** Every migration, in the order in which they are applied. */
export const migrations: Readonly<Record<PlantDatabase["dialect"], readonly Migration[]>> = {
  sqlite: [
    { name: "0001_museum_tables", sql: sqlite0001 },
    { name: "0002_plant_pipeline", sql: sqlite0002 },
    { name: "0003_archive", sql: sqlite0003 },
    { name: "0004_archive_identity", sql: sqlite0004 },
    { name: "0005_rejection_encoding", sql: sqlite0005 },
    { name: "0006_conflicting_readings", sql: sqlite0006 },
    { name: "0007_signed_links", sql: sqlite0007 },
    { name: "0008_run_outcome", sql: sqlite0008 },
  ],
  mssql: [
    { name: "0001_museum_tables", sql: mssql0001 },
    { name: "0002_plant_pipeline", sql: mssql0002 },
    { name: "0003_archive", sql: mssql0003 },
    { name: "0004_archive_identity", sql: mssql0004 },
    { name: "0005_rejection_encoding", sql: mssql0005 },
    { name: "0006_conflicting_readings", sql: mssql0006 },
    { name: "0007_signed_links", sql: mssql0007 },
    { name: "0008_run_outcome", sql: mssql0008 },
  ],
};

/** SHA-256 of a migration's text in hex; the same whether a checkout ends its lines with LF or CRLF. */
export function migrationChecksum({ sql }: Migration): string {
  return createHash("sha256").update(sql.replaceAll("\r\n", "\n")).digest("hex");
}
