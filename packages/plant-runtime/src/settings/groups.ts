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

/** How answers are read, and how good a run has to be. */
export const runSettings = pick(plantSettings, ["maxRejected", "maxFailed", "defaultUtcOffset"]);

/** What a run may take, and when the next one is due. */
export const timingSettings = pick(plantSettings, ["deadline", "every"]);

/** Which archive. */
export const archiveSettings = pick(plantSettings, ["archive", "s3BucketName"]);

export type ArchiveValues = Values<typeof archiveSettings>;
export type DatabaseValues = Values<typeof databaseSettings>;
export type SourceValues = Values<typeof sourceSettings>;
