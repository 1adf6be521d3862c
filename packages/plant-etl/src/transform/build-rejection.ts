import { createHash } from "node:crypto";
import type { Rejection } from "../batch.js";
import { firstUnits } from "../cut-text.js";
import type { PlantResponse, ReceivedResponse, UndecodableResponse } from "../response.js";
import { createIssue, type ValidationIssue } from "../validation-issue.js";

/** How much of a refused body is kept, UTF-16 code units; a multiple of four, so that base64 can be cut there. */
export const longestBody = 65_536;

/**
 * A rejection of an answer, with as much of its body as is kept: a run that meets nothing else must fit into memory.
 *
 * @param readingRejected `false` where the reading is good
 */
export function buildRejection(
  { plantId, receivedAt }: PlantResponse,
  outcome: ReceivedResponse | UndecodableResponse,
  issues: readonly ValidationIssue[],
  readingRejected: boolean,
): Rejection {
  const [body, bodyEncoding] =
    outcome.kind === "answered"
      ? ([outcome.body, "text"] as const)
      : ([outcome.bodyBase64, "base64"] as const);
  const nodeEncoding = bodyEncoding === "text" ? "utf8" : "base64";
  const kept = firstUnits(body, longestBody);
  const bodyBytes = Buffer.byteLength(body, nodeEncoding);
  const digest = createHash("sha256")
    .update(readingRejected ? body : JSON.stringify(issues), readingRejected ? nodeEncoding : "utf8")
    .digest("hex");
  const keptBytes = Buffer.byteLength(kept, nodeEncoding);
  const cut = createIssue("", `is kept to its first ${keptBytes} of ${bodyBytes} bytes`, undefined);
  return {
    plantId,
    receivedAt,
    httpStatus: outcome.status,
    readingRejected,
    issues: kept.length < body.length ? [...issues, cut] : issues,
    body: kept,
    bodyEncoding,
    bodyBytes,
    digest,
  };
}
