import { ExitCode, UserError } from "@lmnh/plant-runtime";

/** The text of a secret of AWS's, by its name or ARN. */
export type ReadSecret = (name: string) => Promise<string>;

/** Short, so that a network without a way to AWS is told of before the run's time is over. */
const limits = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/**
 * Reads a parameter of SSM Parameter Store where the name is the ARN of one, else a secret of Secrets Manager. Region and
 * credentials are the Lambda's own.
 *
 * @throws UserError, which never repeats the secret
 */
export const readSecret: ReadSecret = async (name) => {
  const isParameter = /^arn:[^:]*:ssm:/.test(name);
  const text = await (isParameter ? readParameter(name) : readSecretValue(name)).catch((error: unknown) => {
    throw explain(name, error);
  });
  if (text === undefined) throw refuse(`${name} holds no text`, undefined);
  return text;
};

async function readSecretValue(SecretId: string): Promise<string | undefined> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({ ...limits, ...regionOf(SecretId) });
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  } finally {
    client.destroy();
  }
}

async function readParameter(Name: string): Promise<string | undefined> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient({ ...limits, ...regionOf(Name) });
  try {
    return (await client.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter?.Value;
  } finally {
    client.destroy();
  }
}

/** An ARN says its region; a plain name is of the Lambda's. */
function regionOf(name: string): { region?: string } {
  const region = /^arn:[^:]*:[^:]*:([^:]+):/.exec(name)?.[1];
  return region === undefined ? {} : { region };
}

function explain(name: string, error: unknown): UserError {
  const reason = reasonOf(error);
  if (/^Region (is missing|not accepted)/.test(reason))
    return refuse(`${name} does not say its region, and AWS_REGION does not either: give its ARN`, error);
  if (/AccessDenied|UnrecognizedClient|ExpiredToken|Credentials/.test(reason))
    return refuse(`${name} may not be read by this Lambda's role (${reason})`, error);
  if (/NotFound|Validation|InvalidParameter|InvalidRequest|Decryption/.test(reason))
    return refuse(`${name} cannot be read (${reason})`, error);
  return new UserError(
    ExitCode.temporaryFailure,
    `AWS did not give the secret ${name} (${reason}). Try again; if it stays, check that the Lambda's network has a way to AWS.`,
    { cause: error },
  );
}

/** AWS's name for the error, or what its SDK says of one that has no name of its own. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "Error" ? error.message : error.name;
}

function refuse(problem: string, cause: unknown): UserError {
  return new UserError(
    ExitCode.configuration,
    `${problem}. Check PLANT_DATABASE_SECRET and the Lambda's rights.`,
    {
      cause,
    },
  );
}
