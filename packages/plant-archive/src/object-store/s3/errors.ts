import type { Recovery } from "@lmnh/plant-schema";
import { codeOf, reasonOf } from "@lmnh/plant-schema/internal";
import { isPlantArchiveError, PlantArchiveError, type PlantArchiveErrorCode } from "../../errors.js";

interface Meaning {
  readonly code: PlantArchiveErrorCode;
  readonly recovery: Recovery;
  readonly fact: string;
  readonly advice: string;
  /** Whether the server's message is included, as it may name what is missing. */
  readonly withServerMessage?: boolean | undefined;
}

/** The archive error of an error of AWS's SDK; `where` is the bucket and, if it is not AWS's, the server. */
export function s3Error(where: string, cause: unknown): PlantArchiveError {
  if (isPlantArchiveError(cause)) return cause;
  const name = s3CodeOf(cause);
  const meaning = meanings.get(name) ?? meaningOf(name, cause);
  // Truncated: it may be a web page.
  const message = meaning.withServerMessage === true ? reasonOf(cause).slice(0, 300) : "";
  const reason = [name, message].filter((part) => part !== "").join(": ");
  const region = meaning === wrongRegion ? regionOf(cause) : undefined;
  const advice = region === undefined ? meaning.advice : `Set region=${region}.`;
  return new PlantArchiveError(
    meaning.code,
    meaning.recovery,
    `${where}: ${meaning.fact} (${reason}). ${advice}`,
    {
      cause,
    },
  );
}

/** The code of the server or of Node, or the SDK's name of an error; `""` if there is none. */
export function s3CodeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (error.message === "Region is missing") return "RegionMissing";
  // Node's first: the SDK calls a lost connection a time-out.
  const code =
    codeOf(error) || (/^(Error|Unknown|UnknownError|TypeError)$/.test(error.name) ? "" : error.name);
  return code === "" && statusOf(error) === 412 ? "PreconditionFailed" : code;
}

function forbidden(fact: string, advice: string): Meaning {
  return { code: "STORE_FORBIDDEN", recovery: "abort", fact, advice };
}

function unreachable(fact: string, advice: string, recovery: Recovery = "retry"): Meaning {
  return { code: "STORE_UNREACHABLE", recovery, fact, advice };
}

const needed =
  "The archive needs s3:ListBucket and s3:ListBucketMultipartUploads on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on its objects.";
const wrongKey = forbidden(
  "the access key, or the secret key that goes with it, is wrong",
  "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile.",
);
const expired = forbidden("the credentials have expired", "Sign in again, or renew them from the role.");
const wrongRegion = forbidden("the bucket is in another region", "Set region=… in the URL.");
const noCredentials = forbidden(
  "no credentials were found",
  "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, sign in, or give this machine a role.",
);
const busy = unreachable("the store is busy, also at the last attempt", "Nothing is lost; try again later.");
const lost = unreachable(
  "the connection was lost, also at the last attempt",
  "Nothing is lost; try again later.",
);
const silent = unreachable("the store does not respond", "Check network and endpoint, and try again later.");
const unknownHost = unreachable("there is no such host", "Check endpoint, region and bucket, or the DNS.");
const full: Meaning = {
  code: "STORE_FULL",
  recovery: "retry",
  fact: "the store is full",
  advice: "Nothing is lost; free space and archive again.",
};
const badOption = (fact: string, advice: string): Meaning => ({
  code: "OPTION_INVALID",
  recovery: "abort",
  fact,
  advice,
});

const meanings: ReadonlyMap<string, Meaning> = new Map([
  [
    "NoSuchBucket",
    {
      code: "STORE_MISSING",
      recovery: "abort",
      fact: "there is no such bucket",
      advice: "Check its name and the endpoint, or create the bucket.",
    },
  ],
  ["InvalidBucketName", badOption("a bucket cannot have this name", "Check the name.")],
  ["KeyTooLongError", badOption("a key is too long", "Shorten the prefix.")],
  ["RegionMissing", badOption("no region was found", "Set region=… in the URL, or AWS_REGION.")],
  ["AccessDenied", { ...forbidden("access is denied", needed), withServerMessage: true }],
  ["AllAccessDisabled", forbidden("the bucket is disabled", "Contact its owner.")],
  ["InvalidAccessKeyId", wrongKey],
  ["SignatureDoesNotMatch", wrongKey],
  ["ExpiredToken", expired],
  ["ExpiredTokenException", expired],
  ["TokenRefreshRequired", expired],
  ["InvalidToken", expired],
  ["PermanentRedirect", wrongRegion],
  ["TemporaryRedirect", wrongRegion],
  ["AuthorizationHeaderMalformed", wrongRegion],
  ["IllegalLocationConstraintException", wrongRegion],
  [
    "RequestTimeTooSkewed",
    forbidden("this machine's clock is wrong by more than 15 minutes", "Set it, for example by NTP."),
  ],
  ["CredentialsProviderError", noCredentials],
  ["TokenProviderError", noCredentials],
  [
    "InvalidObjectState",
    forbidden("the object is in cold storage", "Restore it (s3:RestoreObject), then try again."),
  ],
  [
    "NotImplemented",
    forbidden(
      "the server does not implement a request of the archive",
      "Use one that supports conditional writes (If-None-Match) and multipart uploads.",
    ),
  ],
  ["SlowDown", busy],
  ["ServiceUnavailable", busy],
  ["InternalError", busy],
  ["ThrottlingException", busy],
  ["TooManyRequests", busy],
  ["OperationAborted", busy],
  ["BadDigest", lost],
  ["XAmzContentChecksumMismatch", lost],
  ["RequestTimeout", lost],
  ["ECONNRESET", lost],
  ["EPIPE", lost],
  ["TimeoutError", silent],
  ["ETIMEDOUT", silent],
  ["EHOSTUNREACH", silent],
  ["ENETUNREACH", silent],
  ["ECONNREFUSED", unreachable("the connection was refused", "Check the endpoint and that the server runs.")],
  ["ENOTFOUND", unknownHost],
  ["EAI_AGAIN", unknownHost],
  ["QuotaExceeded", full],
  ["InsufficientStorage", full],
  ["XMinioStorageFull", full],
]);

/** By the status, for errors without a known code. */
function meaningOf(name: string, error: unknown): Meaning {
  if (/^(CERT_|ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(name))
    return unreachable(
      "the TLS connection cannot be verified",
      "Check the endpoint and its certificate.",
      "abort",
    );
  const status = statusOf(error);
  const fact = `the store responds with ${status}`;
  if (status >= 500 || status === 429) return { ...busy, fact, withServerMessage: true };
  const advice = "Check bucket, region, endpoint and permissions.";
  if (status >= 300) return { ...forbidden(fact, advice), withServerMessage: true };
  const odd = unreachable("the response is not one of S3", "Check the endpoint and proxies.");
  return { ...odd, withServerMessage: true };
}

function statusOf(error: unknown): number {
  const metadata = propertyOf(error, "$metadata");
  return Number(propertyOf(metadata, "httpStatusCode") ?? 0);
}

function regionOf(error: unknown): string | undefined {
  const headers = propertyOf(propertyOf(error, "$response"), "headers");
  const region = propertyOf(error, "Region") ?? propertyOf(headers, "x-amz-bucket-region");
  return typeof region === "string" && /^[a-z0-9-]+$/.test(region) ? region : undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
