import { PlantArchiveError } from "../../errors.js";
import { isKey } from "../object-key.js";

/** An archive on S3, or on another server with the S3 API. */
export interface S3Location {
  /** The name of an existing bucket: 3 to 63 small letters, digits, dots and hyphens. */
  readonly bucket: string;
  /** The beginning of all keys, without a slash at either end. Empty by default. */
  readonly prefix?: string | undefined;
  /** By default the SDK's (`AWS_REGION`, the profile), and `us-east-1` with an endpoint. */
  readonly region?: string | undefined;
  /** The `http` or `https` address of a server other than AWS's. */
  readonly endpoint?: string | undefined;
  /** The bucket is in the path and not in the host name. `true` by default with an endpoint. */
  readonly pathStyle?: boolean | undefined;
  /** Server-side encryption; the bucket's setting by default. */
  readonly sse?: "AES256" | "aws:kms" | undefined;
  /** The key of `aws:kms`; the AWS managed one by default. */
  readonly kmsKeyId?: string | undefined;
}

const form =
  "s3://BUCKET/PREFIX?region=eu-west-2&pathStyle=true&sse=aws:kms&kmsKeyId=ID&endpoint=https://HOST";

/**
 * Parses `s3://BUCKET/PREFIX?region=…&endpoint=…&pathStyle=true|false&sse=AES256|aws:kms&kmsKeyId=…`; every part
 * percent-encoded.
 *
 * @throws PlantArchiveError `URL_INVALID`, without the URL, which may contain a password
 */
export function parseS3Url(text: string): S3Location {
  const parts = /^s3:\/\/(?<bucket>[^/?#]*)(?:\/(?<prefix>[^?#]*))?(?:\?(?<query>[^#]*))?$/s.exec(
    text,
  )?.groups;
  if (parts === undefined) throw invalid("it does not begin with s3://, or has a # in place of %23");
  const { bucket = "", prefix = "", query } = parts;
  if (bucket.includes("@")) throw invalid("it has a user; credentials come from the SDK's provider chain");
  return checkS3Location({
    bucket,
    prefix: decodePrefix(prefix.replace(/\/$/, "")),
    ...readParameters(new URLSearchParams(query)),
  });
}

/** @throws PlantArchiveError `URL_INVALID` */
export function checkS3Location(location: S3Location): S3Location {
  const { bucket, prefix = "", region, endpoint, sse, kmsKeyId } = location;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw invalid("the bucket's name is not 3 to 63 small letters, digits, dots and hyphens");
  if (prefix !== "" && !isKey(prefix))
    throw invalid(
      "the prefix has an empty part, one that begins with a dot, or a character that keys cannot have",
    );
  if (region !== undefined && !/^[a-zA-Z0-9-]+$/.test(region))
    throw invalid("region has other characters than letters, digits and hyphens");
  if (endpoint !== undefined) checkEndpoint(endpoint);
  if (sse !== undefined && sse !== "AES256" && sse !== "aws:kms")
    throw invalid("sse is neither AES256 nor aws:kms");
  if (kmsKeyId !== undefined && (sse !== "aws:kms" || kmsKeyId === ""))
    throw invalid("kmsKeyId is empty, or given without sse=aws:kms");
  return location;
}

function readParameters(query: URLSearchParams): Omit<S3Location, "bucket" | "prefix"> {
  const found: { -readonly [Name in keyof S3Location]?: S3Location[Name] } = {};
  for (const [name, value] of query) {
    if (name === "region" || name === "endpoint" || name === "kmsKeyId") found[name] = value;
    else if (name === "sse" && (value === "AES256" || value === "aws:kms")) found.sse = value;
    else if (name === "sse") throw invalid("sse is neither AES256 nor aws:kms");
    else if (name === "pathStyle" && (value === "true" || value === "false"))
      found.pathStyle = value === "true";
    else if (name === "pathStyle") throw invalid("pathStyle is neither true nor false");
    else throw invalid("it has a parameter other than region, endpoint, pathStyle, sse, kmsKeyId");
  }
  return found;
}

function checkEndpoint(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && url.username + url.password + url.search + url.hash === "";
  if (!plain || !/^https?:$/.test(url.protocol))
    throw invalid("endpoint is not an http or https address without user, password, ? and #");
}

function decodePrefix(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid("the prefix has a % in place of %25");
  }
}

function invalid(problem: string): PlantArchiveError {
  return new PlantArchiveError(
    "URL_INVALID",
    "abort",
    `The S3 URL is invalid: ${problem}. Its form is ${form}; only the bucket is required.`,
  );
}
