import { createHash } from "node:crypto";
import type { Answer, Answered } from "../answer.js";
import type { Rejection } from "../batch.js";
import { firstUnits } from "../cut-text.js";
import { type Issue, makeIssue } from "../issue.js";

/** How much of a refused body is kept, UTF-16 code units. */
export const longestBody = 65_536;

/**
 * A rejection of an answer, with as much of its body as is kept: a run that meets nothing else must fit into memory.
 *
 * @param wholeAnswer `false` where the reading is good
 */
export function makeRejection(
  { plantId, receivedAt }: Answer,
  { status, body }: Answered,
  issues: readonly Issue[],
  wholeAnswer: boolean,
): Rejection {
  const kept = firstUnits(body, longestBody);
  const bodyBytes = Buffer.byteLength(body);
  const digest = createHash("sha256")
    .update(wholeAnswer ? body : JSON.stringify(issues))
    .digest("hex");
  const keptBytes = Buffer.byteLength(kept);
  const cut = makeIssue("", `is kept to its first ${keptBytes} of ${bodyBytes} bytes`, undefined);
  return {
    plantId,
    receivedAt,
    httpStatus: status,
    wholeAnswer,
    issues: kept.length < body.length ? [...issues, cut] : issues,
    body: kept,
    bodyBytes,
    digest,
  };
}
