/** What came back when the API was asked about one plant, before anybody looked inside. */
export interface Answer {
  readonly plantId: number;
  /** When the last byte came, or the last try failed: ISO 8601, UTC, milliseconds, by our clock. */
  readonly receivedAt: string;
  /** How many requests it took, 1 or more; 0 when the plant was never asked. */
  readonly attempts: number;
  readonly outcome: Answered | Failed;
}

/** The API answered. Whether the answer is any good is for `transform` to say. */
export interface Answered {
  readonly kind: "answered";
  readonly status: number;
  /** The body as text; cut where the source's cap on bytes was reached. */
  readonly body: string;
  /** `true` when the body was longer than the cap and the rest was not read. */
  readonly cut: boolean;
}

/** No answer could be had. */
export interface Failed {
  readonly kind: "failed";
  readonly code: FailureCode;
  /** One line for people, without secrets. */
  readonly message: string;
}

/**
 * - `timeout`: no whole answer within the time for one request
 * - `network`: refused, reset, cut off, not resolved
 * - `status`: an answer of 5xx or 429 that stayed after every retry and is not the API's own sensor fault
 * - `redirect`: a redirect, which leads to another origin or in a circle
 * - `aborted`: the run was told to stop, or its deadline came
 */
export type FailureCode = "timeout" | "network" | "status" | "redirect" | "aborted";
