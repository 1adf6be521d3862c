import { ExitCode, UserError } from "@lmnh/plant-runtime";

/** The login of a database in a secret. */
export interface DatabaseLogin {
  readonly user: string;
  readonly password: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
}

/**
 * Parses a secret in the format of RDS: a JSON object with `username` and `password`, and perhaps `host`, `port` and `dbname`.
 *
 * @throws UserError that names what is missing and does not repeat the text
 */
export function parseDatabaseLogin(secretName: string, text: string): DatabaseLogin {
  const json = parseObject(text);
  if (json === undefined) throw invalidSecret(secretName, "is not a JSON object");
  const { username, password, host, port, dbname } = json;
  if (typeof username !== "string" || username === "") throw invalidSecret(secretName, "has no username");
  if (typeof password !== "string" || password === "") throw invalidSecret(secretName, "has no password");
  const portNumber = Number(port);
  return {
    user: username,
    password,
    ...(typeof host === "string" && { host }),
    ...(Number.isInteger(portNumber) && portNumber > 0 && { port: portNumber }),
    ...(typeof dbname === "string" && { database: dbname }),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Without the cause, which repeats part of the text.
    return undefined;
  }
}

function invalidSecret(secretName: string, problem: string): UserError {
  return new UserError(
    ExitCode.configuration,
    `The secret ${secretName} ${problem}. It must be {"username": "…", "password": "…"}, the format of RDS.`,
  );
}
