import type { ObjectStore } from "../../ports.js";
import { limitResponses } from "./response-body.js";
import { s3ObjectStore } from "./s3-object-store.js";
import { checkS3Location, parseS3Url, type S3Location } from "./s3-url.js";
import { loadS3Sdk } from "./sdk.js";
import { stopRequests } from "./stop-requests.js";

const connectTimeoutMs = 5000;
/** The longest pause while a response is read. */
const idleTimeoutMs = 30_000;
/** How long a request that writes may take after the signal. */
const stoppedWriteMs = 20_000;

/** How often and how long a request to S3 is tried, and when no more. */
export interface S3RequestLimits {
  /**
   * Attempts of each request, including the first; throttled requests and those without a response are repeated. 5 by
   * default.
   */
  readonly maxAttempts?: number | undefined;
  /**
   * Milliseconds from the start of a request, of up to 8 MiB, to the start of its response. 60,000 by default. The end of
   * the response may take ten times as long.
   */
  readonly responseTimeoutMs?: number | undefined;
  /**
   * Ends every request: one that reads at once, one that writes after 20 seconds at most. They reject with its reason, and no
   * attempt follows. A write that was ended may have written its object.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an archive on S3. Credentials, and the region unless given, come from the SDK's provider chain: environment,
 * profiles, the role of the machine or container. No request is sent yet, so a wrong bucket is reported by the first one.
 *
 * @param where `s3://BUCKET/PREFIX?region=…&endpoint=…&pathStyle=true|false&sse=AES256|aws:kms&kmsKeyId=…`, or its parts
 * @throws PlantArchiveError `URL_INVALID`, `DRIVER_MISSING`
 */
export async function openS3ObjectStore(
  where: string | S3Location,
  { maxAttempts = 5, responseTimeoutMs = 60_000, signal }: S3RequestLimits = {},
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
      socketTimeout: idleTimeoutMs,
    },
  });
  limitResponses(client, 10 * responseTimeoutMs, signal);
  if (signal !== undefined) stopRequests(client, signal, stoppedWriteMs);
  return s3ObjectStore({ client, ...location });
}
