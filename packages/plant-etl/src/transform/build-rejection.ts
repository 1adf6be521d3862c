import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Rejection } from "../batch.js";
import type { PlantResponse, ReceivedResponse, UndecodableResponse } from "../response.js";
import { truncate } from "../truncate.js";
import { createIssue, type ValidationIssue } from "../validation-issue.js";
import { bodyBytes } from "./body-bytes.js";

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
  const kept = truncate(body, maxBodyLength);
  const bytes = bodyBytes(body, bodyEncoding);
  const digest = sha256(readingRejected ? bytes : bodyBytes(JSON.stringify(issues), "text"));
  const keptBytes = bodyBytes(kept, bodyEncoding).length;
  const cut = createIssue("", `is kept to its first ${keptBytes} of ${bytes.length} bytes`, undefined);
  return {
    plantId,
    receivedAt,
    httpStatus: outcome.status,
    readingRejected,
    issues: kept.length < body.length ? [...issues, cut] : issues,
    body: kept,
    bodyEncoding,
    bodyBytes: bytes.length,
    digest: bytesToHex(digest),
  };
}
