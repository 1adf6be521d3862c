import { ExitCode, UserError } from "@lmnh/plant-runtime";

/** What a secret says of a database. */
export interface DatabaseLogin {
  readonly user: string;
  readonly password: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
}

/**
 * Reads a secret as RDS writes it: a JSON object with `username` and `password`, and perhaps `host`, `port` and `dbname`.
 *
 * @throws UserError, which names what is missing and never repeats the text
 */
export function parseDatabaseLogin(secretName: string, text: string): DatabaseLogin {
  const json = parseObject(text);
  if (json === undefined) throw refuse(secretName, "is no JSON object");
  const { username, password, host, port, dbname } = json;
  if (typeof username !== "string" || username === "") throw refuse(secretName, "has no username");
  if (typeof password !== "string" || password === "") throw refuse(secretName, "has no password");
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
    // Without the cause, which repeats a part of the text.
    return undefined;
  }
}

function refuse(secretName: string, problem: string): UserError {
  return new UserError(
    ExitCode.configuration,
    `The secret ${secretName} ${problem}. It must be {"username": "…", "password": "…"}, as RDS writes it.`,
  );
}
