import { codeOf, type Recovery, reasonOf } from "@lmnh/plant-schema";
import { PlantArchiveError, type PlantArchiveErrorCode } from "../../errors.js";

interface Meaning {
  readonly code: PlantArchiveErrorCode;
  readonly recovery: Recovery;
  /** What is so. */
  readonly what: string;
  /** What to do. */
  readonly next: string;
  /** Whether the server's own words are told, as they may name what is missing. */
  readonly inItsWords?: boolean;
}

/** What an error of AWS's SDK means; `where` names the bucket and, if it is not AWS's, the server. */
export function s3Error(where: string, cause: unknown): PlantArchiveError {
  if (cause instanceof PlantArchiveError) return cause;
  const name = s3CodeOf(cause);
  const meaning = meanings.get(name) ?? meaningOf(name, cause);
  // Cut, because a web page may come too.
  const words = meaning.inItsWords === true ? reasonOf(cause).slice(0, 300) : "";
  const reason = [name, words].filter((part) => part !== "").join(": ");
  const region = meaning === wrongRegion ? regionOf(cause) : undefined;
  const next = region === undefined ? meaning.next : `Say region=${region}, where it is.`;
  return new PlantArchiveError(
    meaning.code,
    meaning.recovery,
    `${where}: ${meaning.what} (${reason}). ${next}`,
    {
      cause,
    },
  );
}

/** The server's or Node's code for an error, or the SDK's name for it; `""` where there is none. */
export function s3CodeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (error.message === "Region is missing") return "RegionMissing";
  // Node's first: the SDK names a lost connection a time-out.
  const code =
    codeOf(error) || (/^(Error|Unknown|UnknownError|TypeError)$/.test(error.name) ? "" : error.name);
  return code === "" && statusOf(error) === 412 ? "PreconditionFailed" : code;
}

function forbidden(what: string, next: string): Meaning {
  return { code: "STORE_FORBIDDEN", recovery: "abort", what, next };
}

function unreachable(what: string, next: string, recovery: Recovery = "retry"): Meaning {
  return { code: "STORE_UNREACHABLE", recovery, what, next };
}

const needed =
  "The archive needs s3:ListBucket and s3:ListBucketMultipartUploads on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on its objects.";
const wrongKey = forbidden(
  "the access key, or the secret key that goes with it, is wrong",
  "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile.",
);
const expired = forbidden("the credentials have run out", "Sign in again, or get new ones from the role.");
const wrongRegion = forbidden("the bucket is in another region", "Say with region=… in which it is.");
const noCredentials = forbidden(
  "no credentials were found",
  "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, sign in, or give this machine a role.",
);
const busy = unreachable("the store is busy, at the last try still", "Nothing is lost; archive again later.");
const lost = unreachable(
  "the connection was lost, at the last try too",
  "Nothing is lost; archive again later.",
);
const silent = unreachable(
  "the store does not answer",
  "Check network and endpoint, and archive again later.",
);
const unknownHost = unreachable(
  "there is no such host",
  "Check endpoint, region and bucket, or the network's names.",
);
const full: Meaning = {
  code: "STORE_FULL",
  recovery: "retry",
  what: "the store has no room",
  next: "Nothing is lost; make room and archive again.",
};
const badOption = (what: string, next: string): Meaning => ({
  code: "OPTION_INVALID",
  recovery: "abort",
  what,
  next,
});

const meanings: ReadonlyMap<string, Meaning> = new Map([
  [
    "NoSuchBucket",
    {
      code: "STORE_MISSING",
      recovery: "abort",
      what: "there is no such bucket",
      next: "Check its name and the endpoint, or make the bucket.",
    },
  ],
  ["InvalidBucketName", badOption("a bucket cannot have this name", "Check the name.")],
  ["KeyTooLongError", badOption("a key is too long", "Shorten the prefix.")],
  ["RegionMissing", badOption("no region was found", "Say so with region=…, or set AWS_REGION.")],
  ["AccessDenied", { ...forbidden("access is denied", needed), inItsWords: true }],
  ["AllAccessDisabled", forbidden("the bucket has been closed", "Ask its owner.")],
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
    forbidden("this machine's clock is wrong by more than 15 minutes", "Set it, best by NTP."),
  ],
  ["CredentialsProviderError", noCredentials],
  ["TokenProviderError", noCredentials],
  [
    "InvalidObjectState",
    forbidden("the object lies in cold storage", "Have it brought back (s3:RestoreObject), then try again."),
  ],
  [
    "NotImplemented",
    forbidden(
      "the server does not know what the archive asks of it",
      "Take one that knows conditional writes (If-None-Match) and multipart uploads.",
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
  ["ECONNREFUSED", unreachable("nobody answers there", "Check the endpoint and that the server runs.")],
  ["ENOTFOUND", unknownHost],
  ["EAI_AGAIN", unknownHost],
  ["QuotaExceeded", full],
  ["InsufficientStorage", full],
  ["XMinioStorageFull", full],
]);

/** By the status where the server gives no code, or none that is known. */
function meaningOf(name: string, error: unknown): Meaning {
  if (/^(CERT_|ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(name))
    return unreachable(
      "the connection cannot be made safe",
      "Check the endpoint and its certificate.",
      "abort",
    );
  const status = statusOf(error);
  const what = `the store answers ${status}`;
  if (status >= 500 || status === 429) return { ...busy, what, inItsWords: true };
  const advice = "Check bucket, region, endpoint and rights.";
  if (status >= 300) return { ...forbidden(what, advice), inItsWords: true };
  const odd = unreachable("the store does not answer as S3 does", "Check the endpoint, and what is between.");
  return { ...odd, inItsWords: true };
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
