import type { ObjectStore } from "../../ports.js";
import { limitResponses } from "./response-body.js";
import { s3ObjectStore } from "./s3-object-store.js";
import { checkS3Location, parseS3Url, type S3Location } from "./s3-url.js";
import { loadS3Sdk } from "./sdk.js";

const connectTimeoutMs = 5000;
/** How long nothing may come while an answer is read. */
const silenceTimeoutMs = 30_000;

/** How long a store is waited for. */
export interface S3RequestLimits {
  /**
   * Tries of each request, the first included; those that are refused as too many and those that are lost are made
   * again. 5 by default.
   */
  readonly maxAttempts?: number;
  /**
   * Milliseconds from a request's beginning to its answer's. A part of 8 MiB goes out meanwhile. 60,000 by default. The
   * answer may take ten times as long until its end.
   */
  readonly responseTimeoutMs?: number;
}

/**
 * Opens an archive on S3. Credentials, and the region if none is given, are found by the SDK's own rules: environment,
 * profiles, a machine's or a container's role. Nothing is asked of S3 yet, so a wrong bucket shows with the first request.
 *
 * @param where `s3://BUCKET/PREFIX?region=…&endpoint=…&pathStyle=true|false&sse=AES256|aws:kms&kmsKeyId=…`, or its parts
 * @throws PlantArchiveError `URL_INVALID`, `DRIVER_MISSING`
 */
export async function openS3ObjectStore(
  where: string | S3Location,
  { maxAttempts = 5, responseTimeoutMs = 60_000 }: S3RequestLimits = {},
): Promise<ObjectStore> {
  const location = typeof where === "string" ? parseS3Url(where) : checkS3Location(where);
  const { endpoint, region = endpoint && "us-east-1", pathStyle = endpoint !== undefined } = location;
  const { S3Client } = await loadS3Sdk();
  const client = new S3Client({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: pathStyle,
    maxAttempts: maxAttempts,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: responseTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: silenceTimeoutMs,
    },
  });
  limitResponses(client, 10 * responseTimeoutMs);
  return s3ObjectStore({ client, ...location });
}
