import { ExitCode, UserError } from "@lmnh/plant-runtime";
import { reasonOf } from "@lmnh/plant-schema/internal";

/** Reads the text of a secret of AWS by its name or ARN. */
export type ReadSecret = (name: string) => Promise<string>;

/** Short, so that a network without a route to AWS is reported within the time of the run. */
const limits = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/**
 * Reads a parameter of SSM Parameter Store if the name is the ARN of one, else a secret of Secrets Manager. Region and
 * credentials are the Lambda's own.
 *
 * @throws UserError that does not repeat the secret
 */
export const readSecret: ReadSecret = async (name) => {
  const isParameter = /^arn:[^:]*:ssm:/.test(name);
  const text = await (isParameter ? readParameter(name) : readSecretValue(name)).catch((error: unknown) => {
    throw explain(name, error);
  });
  if (text === undefined) throw unreadable(`${name} has no text`, undefined);
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

/** The region of an ARN. A plain name is in the Lambda's region. */
function regionOf(name: string): { region?: string } {
  const region = /^arn:[^:]*:[^:]*:([^:]+):/.exec(name)?.[1];
  return region === undefined ? {} : { region };
}

function explain(name: string, error: unknown): UserError {
  const reason = nameOrReason(error);
  if (/^Region (is missing|not accepted)/.test(reason))
    return unreadable(`${name} has no region, and AWS_REGION is not set: use its ARN`, error);
  if (/AccessDenied|UnrecognizedClient|ExpiredToken|Credentials/.test(reason))
    return unreadable(`${name} may not be read by this Lambda's role (${reason})`, error);
  if (/NotFound|Validation|InvalidParameter|InvalidRequest|Decryption/.test(reason))
    return unreadable(`${name} cannot be read (${reason})`, error);
  return new UserError(
    ExitCode.temporaryFailure,
    `The secret ${name} could not be read from AWS (${reason}). Try again; if the problem persists, check that the Lambda's network has a route to AWS.`,
    { cause: error },
  );
}

/** The name of an error of AWS, such as `AccessDeniedException`; the message of any other error. */
function nameOrReason(error: unknown): string {
  return error instanceof Error && error.name !== "Error" ? error.name : reasonOf(error);
}

function unreadable(problem: string, cause: unknown): UserError {
  return new UserError(
    ExitCode.configuration,
    `${problem}. Check PLANT_DATABASE_SECRET and the Lambda's rights.`,
    {
      cause,
    },
  );
}
