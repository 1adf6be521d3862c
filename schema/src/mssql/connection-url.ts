import { PlantSchemaError } from "../errors.js";

/** The parts of a SQL Server URL. */
export interface MssqlConfig {
  /** Host name or IP address of the server. */
  readonly host: string;
  /** TCP port, 1 to 65,535; 1433 by default. */
  readonly port?: number | undefined;
  /** Name of an existing database. */
  readonly database: string;
  /** The SQL Server login; not empty. */
  readonly user: string;
  /** The password of `user`. No message of an error contains it. */
  readonly password: string;
  /** The schema that holds the tables; without `'`. `dbo` by default. */
  readonly schema?: string | undefined;
  /** Whether the connection uses TLS; `true` by default. */
  readonly encrypt?: boolean | undefined;
  /** Accepts any certificate. `false` by default. */
  readonly trustServerCertificate?: boolean | undefined;
  /** The only trusted certificate authorities, as PEM text. By default those that Node trusts. */
  readonly ca?: string | undefined;
  /** The path of a file with the same content as `ca`, which is read when the database is opened. */
  readonly caFile?: string | undefined;
}

/** A config that is valid, with its defaults filled in. */
export type CheckedMssqlConfig = MssqlConfig & {
  readonly [Name in keyof Omit<MssqlConfig, "ca" | "caFile">]-?: Exclude<MssqlConfig[Name], undefined>;
};

const form =
  "mssql://USER:PASSWORD@HOST:1433/DATABASE?encrypt=true&trustServerCertificate=false&caFile=FILE&schema=dbo";

/**
 * Parses `mssql://USER:PASSWORD@HOST:PORT/DATABASE?encrypt=…&trustServerCertificate=…&caFile=…&schema=…`; every part is
 * percent-encoded.
 *
 * @throws PlantSchemaError `URL_INVALID`, without the URL in its message, because it contains a password
 */
export function parseMssqlUrl(text: string): CheckedMssqlConfig {
  const url = parseUrl(text);
  if (url.protocol !== "mssql:") throw invalid(`it begins with ${url.protocol}//, not with mssql://`);
  if (url.hash !== "") throw invalid("it has a # that is not written as %23");
  const parameters = readParameters(url.searchParams);
  return checkMssqlConfig({
    host: decode("host", url.hostname).replace(/^\[|\]$/g, ""),
    ...(url.port !== "" && { port: Number(url.port) }),
    database: decode("database", url.pathname.slice(1)),
    user: decode("user", url.username),
    password: decode("password", url.password),
    ...parameters,
  });
}

/** Fills in the defaults. */
export function checkMssqlConfig(config: MssqlConfig): CheckedMssqlConfig {
  const { port = 1433, schema = "dbo", encrypt = true, trustServerCertificate = false } = config;
  for (const name of ["host", "database", "user"] as const)
    if (config[name] === "") throw invalid(`${name} is missing`);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw invalid("port is not a number from 1 to 65535");
  // SQL Server's limit is 128 characters; migrations also use the name within single quotes.
  if (schema === "" || schema.length > 128 || /['\p{Cc}]/u.test(schema))
    throw invalid("schema is empty, longer than 128 characters, or has a ' or a control character");
  if (config.caFile === "") throw invalid("caFile is empty");
  if ((config.ca ?? config.caFile) !== undefined && (!encrypt || trustServerCertificate))
    throw invalid("it has a certificate authority, and turns the check of the certificate off");
  return { ...config, port, schema, encrypt, trustServerCertificate };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    // Without the cause, which repeats the URL.
    throw invalid("it cannot be read");
  }
}

function readParameters(
  search: URLSearchParams,
): Pick<MssqlConfig, "schema" | "encrypt" | "trustServerCertificate" | "caFile"> {
  const found: {
    schema?: string | undefined;
    caFile?: string | undefined;
    encrypt?: boolean | undefined;
    trustServerCertificate?: boolean | undefined;
  } = {};
  for (const [name, value] of search) {
    if (name === "schema" || name === "caFile") found[name] = value;
    else if (name === "encrypt" || name === "trustServerCertificate") found[name] = readBoolean(name, value);
    else throw invalid("its only parameters are encrypt, trustServerCertificate, caFile and schema");
  }
  return found;
}

function readBoolean(name: string, value: string): boolean {
  if (value === "true") return true;
  if (value === "false") return false;
  throw invalid(`${name} is neither true nor false`);
}

function decode(name: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(`${name} has a % that is not written as %25`);
  }
}

function invalid(problem: string): PlantSchemaError {
  return new PlantSchemaError(
    "URL_INVALID",
    "abort",
    `Invalid SQL Server URL: ${problem}. Write ${form}, with @ : / ? # % in a part as %40 %3A %2F %3F %23 %25.`,
  );
}
