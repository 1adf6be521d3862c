import { plantSettings } from "./plant-settings.js";
import { pick, type Values } from "./setting.js";

/** Which database. */
export const databaseSettings = pick(plantSettings, [
  "database",
  "dbHost",
  "dbPort",
  "dbUser",
  "dbPassword",
  "dbName",
  "dbSchema",
  "dbEncrypt",
  "dbTrustServerCertificate",
  "dbCaFile",
]);

/** Which plants of which API, and how they are asked. */
export const sourceSettings = pick(plantSettings, ["api", "plants", "concurrency", "requestTimeout"]);

/** What a run may take, and when the next one is due. */
export const runSettings = pick(plantSettings, [
  "deadline",
  "every",
  "maxRejected",
  "maxFailed",
  "assumeOffset",
]);

/** Which archive. */
export const archiveSettings = pick(plantSettings, ["archive", "s3BucketName"]);

export type ArchiveValues = Values<typeof archiveSettings>;
export type DatabaseValues = Values<typeof databaseSettings>;
export type SourceValues = Values<typeof sourceSettings>;
