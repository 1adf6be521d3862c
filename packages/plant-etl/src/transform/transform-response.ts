import type { Plant } from "@lmnh/plant-schema/model";
import type { BaseReading, Notice, Reading, Rejection } from "../batch.js";
import type { FailedRequest, PlantResponse } from "../response.js";
import { ellipsize } from "../truncate.js";
import { createIssue, type ValidationIssue } from "../validation-issue.js";
import { bodyBytes } from "./body-bytes.js";
import { buildRejection } from "./build-rejection.js";
import { checkReading } from "./check-reading.js";
import { checkResult } from "./check-result.js";
import type { PlantDetails, Transform } from "./transform.js";

/** The result for one response: exactly one of reading, notice, rejection, failure. */
export type TransformedResponse<R extends BaseReading = Reading> =
  | {
      readonly kind: "reading";
      readonly reading: R;
      readonly plant: Plant;
      /** The invalid details of a valid reading. */
      readonly rejection: Rejection | null;
      /** Keys that the API is not known to have; of the museum's API, the first 20, each cut to 80 characters. */
      readonly unknownKeys: readonly string[];
      /** Number of further unknown keys. */
      readonly unknownKeysOmitted: number;
    }
  | { readonly kind: "notice"; readonly notice: Notice }
  | { readonly kind: "rejection"; readonly rejection: Rejection }
  | {
      readonly kind: "failure";
      /** Id of the plant that was requested. */
      readonly plantId: number;
      /** Why there is no response. */
      readonly failure: FailedRequest;
    };

/** UTF-16 code units of the message of a decoder, a recording or an error. */
const maxReasonLength = 200;

/**
 * Transforms one response. Never throws: an error of the transform, a result of another form, or a reading with an
 * impossible value becomes a rejection of that response, so that it does not affect the others. A response that is not
 * complete text is rejected without calling the transform.
 *
 * @example
 * ```ts
 * import { lmnhTransform, transformResponse } from "@lmnh/plant-etl";
 * import { buildResponse } from "@lmnh/plant-etl/testing";
 *
 * const transformed = transformResponse(buildResponse(8), lmnhTransform());
 * if (transformed.kind === "reading") console.log(transformed.reading.temperature); // 15.25
 * ```
 */
export function transformResponse<R extends BaseReading>(
  response: PlantResponse,
  transform: Transform<R>,
): TransformedResponse<R> {
  const { plantId, receivedAt, outcome } = response;
  if (outcome.kind === "failed") return { kind: "failure", plantId, failure: outcome };
  const rejectionOf = (issues: readonly ValidationIssue[], readingRejected: boolean) =>
    buildRejection(response, outcome, issues, readingRejected);
  const reject = (...issues: readonly ValidationIssue[]) =>
    ({ kind: "rejection", rejection: rejectionOf(issues, true) }) as const;

  if (outcome.kind === "undecodable")
    return reject(createIssue("", ellipsize(outcome.problem, maxReasonLength), outcome.bodyBase64));
  const { status, body, cut } = outcome;
  if (cut)
    return reject(
      createIssue(
        "",
        `is longer than ${bodyBytes(body, "text").length} bytes, the limit of a response`,
        body,
      ),
    );
  try {
    const result = checkResult(transform({ plantId, receivedAt, status, body }));
    if (result.kind === "rejection") return reject(...result.issues);
    if (result.kind === "notice")
      return { kind: "notice", notice: { plantId, kind: result.notice, noticedAt: receivedAt } };
    const { reading, plant, issues = [], unknownKeys = [], unknownKeysOmitted = 0 } = result;
    const impossible = checkReading(reading);
    if (impossible.length > 0) return reject(...impossible);
    return {
      kind: "reading",
      reading,
      plant: { ...unknownDetails, ...plant, plantId: reading.plantId, observedAt: receivedAt },
      rejection: issues.length === 0 ? null : rejectionOf(issues, false),
      unknownKeys,
      unknownKeysOmitted,
    };
  } catch (error) {
    return reject(
      createIssue("", `cannot be transformed because of an internal error (${describe(error)})`, body),
    );
  }
}

function describe(error: unknown): string {
  try {
    return ellipsize(String(error).replace(/\s+/g, " "), maxReasonLength);
  } catch {
    return "not described";
  }
}

const unknownDetails: PlantDetails = {
  name: null,
  scientificName: null,
  imageUrl: null,
  imageLicenseUrl: null,
  thumbnailUrl: null,
  botanist: null,
  origin: null,
};
