import { bearerToken, headers } from "./header-values.js";
import { notifierTargets } from "./notifier-targets.js";
import {
  boolean,
  defaultTimeZone,
  duration,
  hostName,
  httpUrl,
  integer,
  percentage,
  roster,
  text,
  textParser,
  timeZone,
  utcOffset,
} from "./parsers.js";
import { type Runner, type SettingTable, setting } from "./setting.js";
import { archiveUrls, databaseUrls, describeForms, kindOfUrl } from "./url-forms.js";

export const defaultDatabase = "sqlite:plant-data/plants.db";
export const defaultArchive = "file:plant-data/archive";

/**
 * Every setting of the environment and, for the command line, of `.env` and the config file. Options, `plant doctor` and
 * the reference pages are generated from this table.
 */
export const plantSettings = {
  api: setting({
    flag: "--api <url>",
    environment: "PLANT_API_URL",
    fallback: "https://tools.sigmalabs.co.uk/api/plants",
    description: "The plant API; each plant is requested from <url>/<plant id>",
    parse: httpUrl,
  }),
  plants: setting({
    flag: "--plants <ids>",
    environment: "PLANT_PLANTS",
    fallback: "discover",
    description:
      'The plants to request: a list such as 1-50,60, or "discover": from 0 upwards until 10 ids in a row do not exist',
    parse: roster,
  }),
  header: setting({
    flag: "--header <header>",
    environment: "PLANT_API_HEADERS",
    description: 'A header of each request, such as "x-api-key: KEY"; can be repeated, or have several lines',
    parse: headers,
    repeats: true,
    secret: true,
  }),
  apiToken: setting({
    environment: "PLANT_API_TOKEN",
    description: "A token, sent as Authorization: Bearer TOKEN",
    parse: bearerToken,
    secret: true,
  }),
  apiTokenFile: setting({
    flag: "--api-token-file <file>",
    environment: "PLANT_API_TOKEN_FILE",
    description: "A file with that token; read again by each run, because tokens are rotated",
    parse: text,
    runners: ["cli"],
  }),
  apiCaFile: setting({
    flag: "--api-ca-file <file>",
    environment: "PLANT_API_CA_FILE",
    description:
      "A PEM file with the authorities that may sign the API's certificate. Default: those that Node trusts",
    parse: text,
    runners: ["cli"],
  }),
  httpsProxy: setting({
    environment: "HTTPS_PROXY",
    description: "The proxy for https addresses, such as http://proxy:3128",
    parse: httpUrl,
    anyCase: true,
    runners: ["cli"],
  }),
  httpProxy: setting({
    environment: "HTTP_PROXY",
    description: "The proxy for http addresses",
    parse: httpUrl,
    anyCase: true,
    runners: ["cli"],
  }),
  noProxy: setting({
    environment: "NO_PROXY",
    description: "Hosts that are requested without a proxy, separated by commas; * for all",
    parse: text,
    anyCase: true,
    runners: ["cli"],
  }),
  database: setting({
    flag: "--database <url>",
    environment: "PLANT_DATABASE",
    fallback: defaultDatabase,
    description: `${describeForms(databaseUrls)}; see docs/sql-server.md`,
    parse: textParser(
      `must be ${describeForms(databaseUrls)}`,
      (url) => (kindOfUrl(databaseUrls, url) === undefined ? undefined : url),
      (text) => (isPath(text) ? `sqlite:${text}` : undefined),
    ),
  }),
  databaseSecret: setting({
    environment: "PLANT_DATABASE_SECRET",
    description:
      "The secret with the database's login, in the format of RDS: the name or ARN of a secret in Secrets Manager, or the ARN of a parameter in SSM",
    parse: text,
    runners: ["lambda"],
  }),
  concurrency: setting({
    flag: "--concurrency <number>",
    environment: "PLANT_CONCURRENCY",
    fallback: "8",
    description: "Concurrent requests, 1 to 1000",
    parse: integer(1, 1000, 8),
  }),
  requestTimeout: setting({
    flag: "--request-timeout <duration>",
    environment: "PLANT_REQUEST_TIMEOUT",
    fallback: "10s",
    description: "Time for one request, 1ms to 10m",
    parse: duration("1ms", "10m", "10s"),
  }),
  deadline: setting({
    flag: "--deadline <duration>",
    environment: "PLANT_DEADLINE",
    fallback: "50s",
    description:
      "Time for one run, 1ms to 24h. At the deadline it loads what it has and reports what is missing. A replay has no deadline",
    parse: duration("1ms", "24h", "50s"),
    runners: ["cli"],
  }),
  every: setting({
    flag: "--every <duration>",
    environment: "PLANT_EVERY",
    fallback: "60s",
    description: "Time from the start of one run to the start of the next with --watch, 10ms to 24h",
    parse: duration("10ms", "24h", "60s"),
    runners: ["cli"],
  }),
  maxRejected: setting({
    flag: "--max-rejected <percent>",
    environment: "PLANT_MAX_REJECTED",
    fallback: "10%",
    description:
      "The share of requested plants whose responses may be rejected. A run with more fails: plant exits with 65",
    parse: percentage,
  }),
  maxFailed: setting({
    flag: "--max-failed <percent>",
    environment: "PLANT_MAX_FAILED",
    fallback: "50%",
    description:
      "The share of requested plants that may have no response. A run with more fails: plant exits with 75",
    parse: percentage,
  }),
  defaultUtcOffset: setting({
    flag: "--default-utc-offset <offset>",
    environment: "PLANT_DEFAULT_UTC_OFFSET",
    fallback: "+00:00",
    description: "The offset from UTC of times without one",
    parse: utcOffset,
  }),
  runLogRetention: setting({
    flag: "--run-log-retention <duration>",
    environment: "PLANT_RUN_LOG_RETENTION",
    fallback: "90d",
    description:
      "How long a run stays in the run log, etl_run, 2d to 3650d. Each run deletes older ones by whole UTC days, at most 500",
    parse: duration("2d", "3650d", "90d"),
  }),
  archive: setting({
    flag: "--archive <url>",
    environment: "PLANT_ARCHIVE",
    fallback: defaultArchive,
    description: `${describeForms(archiveUrls)}?region=…&endpoint=…`,
    parse: textParser(
      `must be ${describeForms(archiveUrls)}`,
      (url) => (kindOfUrl(archiveUrls, url) === undefined ? undefined : url),
      (text) => (isPath(text) ? `file:${text}` : undefined),
    ),
  }),
  retention: setting({
    flag: "--retention <duration>",
    environment: "PLANT_RETENTION",
    fallback: "24h",
    description:
      "Age at which the archived readings of an hour are deleted from the database, counted from the end of the hour, 0h to 3650d",
    parse: duration("0h", "3650d", "24h"),
  }),
  notify: setting({
    flag: "--notify <targets>",
    environment: "PLANT_NOTIFY",
    fallback: "log:",
    description:
      "Where alerts are sent, separated by spaces: log:, https://WEBHOOK, slack+https://WEBHOOK, sns:TOPIC_ARN, or ses:SENDER_ADDRESS, which mails each plant's botanist",
    parse: notifierTargets,
    secret: true,
  }),
  ping: setting({
    flag: "--ping <url>",
    environment: "PLANT_PING_URL",
    description:
      "An address that is requested after each run whose outcome is ok: a heartbeat, for a service that reports when it stops",
    parse: httpUrl,
    secret: true,
    runners: ["cli"],
  }),
  pageUrl: setting({
    flag: "--page-url <url>",
    environment: "PLANT_PAGE_URL",
    description: "The address of the page of plant serve, for links in messages",
    parse: httpUrl,
  }),
  timeZone: setting({
    flag: "--time-zone <zone>",
    environment: "PLANT_TIME_ZONE",
    fallback: defaultTimeZone,
    description: "The time zone of messages and of the page, such as Europe/London",
    parse: timeZone,
  }),
  s3BucketName: setting({
    environment: "S3_BUCKET_NAME",
    description: "A bucket of Amazon S3, used if no archive is set",
    parse: text,
  }),
  dbHost: setting({
    environment: "DB_HOST",
    description: "SQL Server's host, used with the other DB_ names if no database is set",
    parse: hostName,
  }),
  dbPort: setting({
    environment: "DB_PORT",
    fallback: "1433",
    description: "SQL Server's port",
    parse: integer(1, 65_535, 1433),
  }),
  dbUser: setting({ environment: "DB_USER", description: "SQL Server's user", parse: text }),
  dbPassword: setting({
    environment: "DB_PASSWORD",
    description: "The password of that user",
    parse: text,
    secret: true,
  }),
  dbName: setting({ environment: "DB_NAME", description: "The database on SQL Server", parse: text }),
  dbSchema: setting({
    environment: "DB_SCHEMA",
    fallback: "dbo",
    description: "The schema that holds the tables on SQL Server",
    parse: text,
  }),
  dbEncrypt: setting({
    environment: "DB_ENCRYPT",
    fallback: "true",
    description: "Encrypts the connection to SQL Server with TLS",
    parse: boolean,
  }),
  dbTrustServerCertificate: setting({
    environment: "DB_TRUST_SERVER_CERTIFICATE",
    fallback: "false",
    description: "Accepts any certificate of SQL Server without a check",
    parse: boolean,
  }),
  dbCaFile: setting({
    environment: "DB_CA_FILE",
    description:
      "A PEM file with the authorities that may sign SQL Server's certificate, such as the RDS bundle. Default: those that Node trusts",
    parse: text,
  }),
} as const;

function isPath(text: string): boolean {
  return /^[\w./-]{1,80}$/.test(text);
}

/** The settings of a runner. */
export function settingsOf(runner: Runner): SettingTable {
  const entries: [string, SettingTable[string]][] = Object.entries(plantSettings);
  return Object.fromEntries(entries.filter(([, { runners }]) => runners?.includes(runner) ?? true));
}
