import type { Plant } from "@lmnh/plant-schema/model";
import type { BaseReading, NoticeKind, Reading } from "../batch.js";
import type { ValidationIssue } from "../validation-issue.js";

/**
 * Interprets the responses of one API: `lmnhTransform()` is that of the museum's. Pure. A response that makes it throw is
 * rejected, and affects no other one.
 */
export type Transform<R extends BaseReading = Reading> = (response: TextResponse) => TransformResult<R>;

/** A response that arrived completely, as text. Others never reach a transform. */
export interface TextResponse {
  /** Id of the plant that was requested: 0…2,147,483,647. */
  readonly plantId: number;
  /** ISO 8601, UTC, milliseconds. */
  readonly receivedAt: string;
  /** HTTP status. */
  readonly status: number;
  /** The complete body, not yet parsed. */
  readonly body: string;
}

/** What a transform makes of a response: exactly one of reading, notice, rejection. */
export type TransformResult<R extends BaseReading = Reading> =
  | {
      readonly kind: "reading";
      readonly reading: R;
      /** What the response says about the plant. A detail that is absent or `null` is unknown, and changes nothing. */
      readonly plant?: Partial<PlantDetails> | undefined;
      /** The invalid details of a valid reading, which are kept as a rejection with `readingRejected: false`. */
      readonly issues?: readonly ValidationIssue[] | undefined;
      /** Keys that the API is not known to have. A response should list a few, and cut long ones. */
      readonly unknownKeys?: readonly string[] | undefined;
      /** Number of unknown keys that are not listed. */
      readonly unknownKeysOmitted?: number | undefined;
    }
  | { readonly kind: "notice"; readonly notice: NoticeKind }
  | { readonly kind: "rejection"; readonly issues: readonly ValidationIssue[] };

/** What a response says about the plant itself; `null` is unknown. */
export type PlantDetails = Omit<Plant, "plantId" | "observedAt">;
