import { createHash } from "node:crypto";
import type { Rejection } from "../batch.js";
import type { PlantResponse, ReceivedResponse, UndecodableResponse } from "../response.js";
import { truncate } from "../truncate.js";
import { createIssue, type ValidationIssue } from "../validation-issue.js";

/** UTF-16 code units of a rejected body that are kept; a multiple of four, so that base64 can be cut there. */
export const maxBodyLength = 65_536;

/**
 * A rejection of a response, with a part of its body: a run of rejections only must fit into memory.
 *
 * @param readingRejected `false` if the reading is valid
 */
export function buildRejection(
  { plantId, receivedAt }: PlantResponse,
  outcome: ReceivedResponse | UndecodableResponse,
  issues: readonly ValidationIssue[],
  readingRejected: boolean,
): Rejection {
  const [body, bodyEncoding] =
    outcome.kind === "received"
      ? ([outcome.body, "text"] as const)
      : ([outcome.bodyBase64, "base64"] as const);
  const nodeEncoding = bodyEncoding === "text" ? "utf8" : "base64";
  const kept = truncate(body, maxBodyLength);
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
