import { plantSettings } from "./plant-settings.js";
import { pick, type Values } from "./setting.js";

/** The database. */
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

/** The API, its plants and the limits of requests. */
export const sourceSettings = pick(plantSettings, [
  "api",
  "plants",
  "concurrency",
  "requestTimeout",
  "header",
  "apiToken",
]);

/** The proxies of the machine's network. */
export const proxySettings = pick(plantSettings, ["httpsProxy", "httpProxy", "noProxy"]);

/** The way to the API on a machine that has files. */
export const connectionSettings = {
  ...pick(plantSettings, ["apiTokenFile", "apiCaFile"]),
  ...proxySettings,
};

/** How responses are transformed, the thresholds of the outcome, and how long a run stays in the run log. */
export const runSettings = pick(plantSettings, [
  "maxRejected",
  "maxFailed",
  "defaultUtcOffset",
  "runLogRetention",
]);

/** The time of a run, and of the next one. */
export const timingSettings = pick(plantSettings, ["deadline", "every"]);

/** The messages of alerts. */
export const alertSettings = pick(plantSettings, ["notify", "pageUrl", "timeZone"]);

/** The archive. */
export const archiveSettings = pick(plantSettings, ["archive", "s3BucketName"]);

export type AlertValues = Values<typeof alertSettings>;
export type ArchiveValues = Values<typeof archiveSettings>;
export type DatabaseValues = Values<typeof databaseSettings>;
export type ConnectionValues = Values<typeof connectionSettings>;
export type ProxyValues = Values<typeof proxySettings>;
export type SourceValues = Values<typeof sourceSettings>;
