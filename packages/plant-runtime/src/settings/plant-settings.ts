import {
  boolean,
  duration,
  hostName,
  httpUrl,
  integer,
  percentage,
  reader,
  roster,
  text,
  utcOffset,
} from "./parsers.js";
import { type Runner, type SettingTable, setting } from "./setting.js";

export const defaultDatabase = "sqlite:plant-data/plants.db";
export const defaultArchive = "file:plant-data/archive";

/**
 * Everything that can be set in the environment and, for the command line, in `.env` and in a config file. Options,
 * resolving, `plant doctor` and the references are made of this one table.
 */
export const plantSettings = {
  api: setting({
    flag: "--api <url>",
    environment: "PLANT_API_URL",
    fallback: "https://tools.sigmalabs.co.uk/api/plants",
    description: "The plant API; <url>/<plant id> is asked",
    schema: httpUrl,
  }),
  plants: setting({
    flag: "--plants <ids>",
    environment: "PLANT_PLANTS",
    fallback: "discover",
    description:
      'Which plants to ask for: a list such as 1-50,60, or "discover": from 0 upward until 10 in a row do not exist',
    schema: roster,
  }),
  database: setting({
    flag: "--database <url>",
    environment: "PLANT_DATABASE",
    fallback: defaultDatabase,
    description: "sqlite:FILE, or mssql://USER:PASSWORD@HOST:PORT/DATABASE; see docs/sql-server.md",
    schema: reader(
      "must be sqlite:FILE or mssql://USER:PASSWORD@HOST:PORT/DATABASE",
      (url) => (/^(sqlite:.|mssql:\/\/.)/.test(url) ? url : undefined),
      (given) => (isPath(given) ? `sqlite:${given}` : undefined),
    ),
  }),
  databaseSecret: setting({
    environment: "PLANT_DATABASE_SECRET",
    description:
      "Where the database's login is kept, as RDS writes it: the name or ARN of a secret in Secrets Manager, or the ARN of a parameter in SSM",
    schema: text,
    runners: ["lambda"],
  }),
  concurrency: setting({
    flag: "--concurrency <number>",
    environment: "PLANT_CONCURRENCY",
    fallback: "8",
    description: "Requests under way at once, 1 to 1000",
    schema: integer(1, 1000, 8),
  }),
  requestTimeout: setting({
    flag: "--request-timeout <duration>",
    environment: "PLANT_REQUEST_TIMEOUT",
    fallback: "10s",
    description: "Time for one request, 1ms to 10m",
    schema: duration("1ms", "10m", "10s"),
  }),
  deadline: setting({
    flag: "--deadline <duration>",
    environment: "PLANT_DEADLINE",
    fallback: "50s",
    description:
      "Time for one run, 1ms to 24h; then it loads what it has and says what is missing. A replay has none",
    schema: duration("1ms", "24h", "50s"),
    runners: ["cli"],
  }),
  every: setting({
    flag: "--every <duration>",
    environment: "PLANT_EVERY",
    fallback: "60s",
    description: "Time from the start of one run to the start of the next with --watch, 10ms to 24h",
    schema: duration("10ms", "24h", "60s"),
    runners: ["cli"],
  }),
  maxRejected: setting({
    flag: "--max-rejected <percent>",
    environment: "PLANT_MAX_REJECTED",
    fallback: "10%",
    description:
      "The share of plants asked whose answers may be refused; a run with more fails: plant exits with 65",
    schema: percentage,
  }),
  maxFailed: setting({
    flag: "--max-failed <percent>",
    environment: "PLANT_MAX_FAILED",
    fallback: "50%",
    description:
      "The share of plants asked that may be without an answer; a run with more fails: plant exits with 75",
    schema: percentage,
  }),
  defaultUtcOffset: setting({
    flag: "--default-utc-offset <offset>",
    environment: "PLANT_DEFAULT_UTC_OFFSET",
    fallback: "+00:00",
    description: "The offset from UTC of times that say none",
    schema: utcOffset,
  }),
  archive: setting({
    flag: "--archive <url>",
    environment: "PLANT_ARCHIVE",
    fallback: defaultArchive,
    description: "file:DIR, or s3://BUCKET/PREFIX?region=…&endpoint=…",
    schema: reader(
      "must be file:DIR or s3://BUCKET/PREFIX",
      (url) => (/^(file:.|s3:\/\/.)/.test(url) ? url : undefined),
      (given) => (isPath(given) ? `file:${given}` : undefined),
    ),
  }),
  retention: setting({
    flag: "--retention <duration>",
    environment: "PLANT_RETENTION",
    fallback: "24h",
    description:
      "Age at which an hour's archived readings leave the database, counted from the hour's end, 0h to 3650d",
    schema: duration("0h", "3650d", "24h"),
  }),
  s3BucketName: setting({
    environment: "S3_BUCKET_NAME",
    description: "A bucket of Amazon's; used when no archive is given",
    schema: text,
  }),
  dbHost: setting({
    environment: "DB_HOST",
    description: "SQL Server's host; used with the other DB_ names when no database is given",
    schema: hostName,
  }),
  dbPort: setting({
    environment: "DB_PORT",
    fallback: "1433",
    description: "SQL Server's port",
    schema: integer(1, 65_535, 1433),
  }),
  dbUser: setting({ environment: "DB_USER", description: "SQL Server's user", schema: text }),
  dbPassword: setting({
    environment: "DB_PASSWORD",
    description: "The password of that user",
    schema: text,
    secret: true,
  }),
  dbName: setting({ environment: "DB_NAME", description: "The database on SQL Server", schema: text }),
  dbSchema: setting({
    environment: "DB_SCHEMA",
    fallback: "dbo",
    description: "The schema that holds the tables on SQL Server",
    schema: text,
  }),
  dbEncrypt: setting({
    environment: "DB_ENCRYPT",
    fallback: "true",
    description: "Speaks to SQL Server by TLS",
    schema: boolean,
  }),
  dbTrustServerCertificate: setting({
    environment: "DB_TRUST_SERVER_CERTIFICATE",
    fallback: "false",
    description: "Takes any certificate for SQL Server's, whoever signed it",
    schema: boolean,
  }),
  dbCaFile: setting({
    environment: "DB_CA_FILE",
    description:
      "A PEM file with the authorities that may sign SQL Server's certificate, such as the RDS bundle; those that Node trusts where none is given",
    schema: text,
  }),
} as const;

function isPath(text: string): boolean {
  return /^[\w./-]{1,80}$/.test(text);
}

/** The part of the table that a runner takes. */
export function settingsOf(runner: Runner): SettingTable {
  const entries: [string, SettingTable[string]][] = Object.entries(plantSettings);
  return Object.fromEntries(entries.filter(([, { runners }]) => runners?.includes(runner) ?? true));
}
