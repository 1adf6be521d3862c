/** What came back when the API was asked about one plant, before anybody looked inside. */
export interface PlantResponse {
  readonly plantId: number;
  /** When the last byte came, or the last try failed: ISO 8601, UTC, milliseconds, by our clock. */
  readonly receivedAt: string;
  /** How many requests it took, 1 or more; 0 when the plant was never asked. */
  readonly attempts: number;
  readonly outcome: ReceivedResponse | UndecodableResponse | FailedRequest;
}

/** The API answered. Whether the answer is any good is for `transform` to say. */
export interface ReceivedResponse {
  readonly kind: "answered";
  readonly status: number;
  /** The body as text, decoded as its content type declares; cut where the source's cap on bytes was reached. */
  readonly body: string;
  /** `true` when the body was longer than the cap and the rest was not read. */
  readonly cut: boolean;
}

/** The API answered with bytes that are not the text or the compressed data that its headers declare. */
export interface UndecodableResponse {
  readonly kind: "undecodable";
  readonly status: number;
  /** In base64: the bytes without the content codings that could be undone, cut at the source's cap on bytes. */
  readonly bodyBase64: string;
  readonly cut: boolean;
  /** Why they cannot be decoded, as a predicate: `is not valid utf-8: byte 0xe9 at offset 17`. */
  readonly problem: string;
}

/** No answer could be had. */
export interface FailedRequest {
  readonly kind: "failed";
  readonly code: FailureCode;
  /** One line for people, without secrets. */
  readonly message: string;
}

/**
 * - `timeout`: no whole answer within the time for one request
 * - `network`: refused, reset, cut off, not resolved
 * - `tls`: the server's certificate is not accepted
 * - `unauthorized`: 401 or 403, and not one of the API's own errors
 * - `status`: 408, 425, 429 or 5xx after every retry, and not the API's own sensor fault
 * - `redirect`: a redirect, which leads to another origin or in a circle
 * - `aborted`: the run was told to stop, or its deadline came
 */
export type FailureCode = "timeout" | "network" | "tls" | "unauthorized" | "status" | "redirect" | "aborted";
