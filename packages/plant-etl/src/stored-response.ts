import type { Rejection } from "./batch.js";
import type { PlantResponse } from "./response.js";
import { bodyBytes } from "./transform/body-bytes.js";

/** Whether the stored body is only the beginning of the response: it can neither be transformed again nor replayed. */
export function isTruncated({ body, bodyEncoding, bodyBytes: received }: Rejection): boolean {
  return bodyBytes(body, bodyEncoding).length < received;
}

/** The response that was rejected; `null` if its body is truncated. */
export function storedResponse(rejection: Rejection): PlantResponse | null {
  if (isTruncated(rejection)) return null;
  const { plantId, receivedAt, httpStatus: status, body, bodyEncoding, issues } = rejection;
  return {
    plantId,
    receivedAt,
    attempts: 1,
    outcome:
      bodyEncoding === "text"
        ? { kind: "received", status, body, cut: false }
        : {
            kind: "undecodable",
            status,
            bodyBase64: body,
            cut: false,
            problem: issues[0]?.message ?? "is not text",
          },
  };
}
