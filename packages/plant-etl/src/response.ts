/** The outcome of requesting one plant, before anything interprets it. */
export interface PlantResponse {
  /** Id of the plant that was requested: 0…2,147,483,647. */
  readonly plantId: number;
  /** When the last byte arrived or the last attempt failed: ISO 8601, UTC, milliseconds, by the local clock. */
  readonly receivedAt: string;
  /** Number of requests, 1 or more; 0 if none was sent. */
  readonly attempts: number;
  /** What arrived, or why nothing did. */
  readonly outcome: ReceivedResponse | UndecodableResponse | FailedRequest;
}

/** The API responded with text. `transformResponse` decides whether it is valid. */
export interface ReceivedResponse {
  readonly kind: "received";
  /** HTTP status, after redirects: 100…999. */
  readonly status: number;
  /** The body as text, decoded as its content type declares, cut at the source's limit of bytes. */
  readonly body: string;
  /** `true` if the body exceeded the limit and the rest was not read. */
  readonly cut: boolean;
}

/** The API responded with bytes that are not the text or the compressed data that its headers declare. */
export interface UndecodableResponse {
  readonly kind: "undecodable";
  /** HTTP status, after redirects: 100…999. */
  readonly status: number;
  /** Base64 of the bytes, after the content codings that could be decoded, cut at the source's limit of bytes. */
  readonly bodyBase64: string;
  /** `true` if the body exceeded the limit and the rest was not read. */
  readonly cut: boolean;
  /** Why decoding failed, as a predicate: `is not valid utf-8: byte 0xe9 at offset 17`. */
  readonly problem: string;
}

/** No response. */
export interface FailedRequest {
  readonly kind: "failed";
  /** Why there is no response, for programs. */
  readonly code: FailureCode;
  /** One line for people, without secrets. */
  readonly message: string;
}

/**
 * - `timeout`: no complete response within the time-out of one request
 * - `network`: connection refused, reset or cut off, or host not found
 * - `tls`: the server's certificate is not accepted
 * - `unauthorized`: 401 or 403, and not one of the API's own errors
 * - `status`: 408, 425, 429 or 5xx after every retry, and not the API's own sensor fault
 * - `redirect`: a redirect to another origin, or too many redirects
 * - `aborted`: the run was stopped, or its deadline passed
 */
export type FailureCode = "timeout" | "network" | "tls" | "unauthorized" | "status" | "redirect" | "aborted";

/** Every `FailureCode`. */
export const failureCodes = [
  "timeout",
  "network",
  "tls",
  "unauthorized",
  "status",
  "redirect",
  "aborted",
] as const satisfies readonly FailureCode[];
