import { isTruncated, type StoredRejection } from "@lmnh/plant-etl";
import type { Verbatim } from "./output.js";
import { formatTable } from "./table.js";

const maxIssues = 50;

/** A line a rejection. */
export function rejectionTable(rejections: readonly StoredRejection[]): Verbatim[] {
  const lines = formatTable(
    rejections.map((rejection) => {
      const { rejectionId, receivedAt, plantId, readingRejected, httpStatus, resolvedAt, issues } = rejection;
      const [first] = issues;
      const more = issues.length > 1 ? ` and ${issues.length - 1} more` : "";
      const what =
        first === undefined ? "" : `${first.path === "" ? "" : `${first.path}: `}${first.message}${more}`;
      return [
        rejectionId,
        receivedAt,
        `plant ${plantId}`,
        readingRejected ? "reading" : "details",
        httpStatus,
        resolvedAt === null ? "open" : "resolved",
        what.slice(0, 160),
      ];
    }),
  );
  return lines.map((verbatim) => ({ verbatim }));
}

/** A rejection with every issue and its body. */
export function rejectionLines(rejection: StoredRejection): (string | Verbatim)[] {
  const { rejectionId, plantId, readingRejected, issues, body, bodyEncoding, bodyBytes } = rejection;
  const resolved =
    rejection.resolvedAt === null ? "open" : `${rejection.resolvedAt}, ${rejection.resolvedBy}`;
  const omitted = issues.length - maxIssues;
  return [
    ...formatTable([
      ["rejection", String(rejectionId)],
      ["plant", String(plantId)],
      ["kind", readingRejected ? "reading: the response was rejected" : "details: the reading was loaded"],
      ["received", `${rejection.receivedAt}, status ${rejection.httpStatus}, run ${rejection.runId}`],
      ["resolved", resolved],
      [
        "body",
        `${bodyBytes} bytes, ${bodyEncoding}${isTruncated(rejection) ? ", of which the beginning is stored" : ""}`,
      ],
    ]),
    "",
    "Issues:",
    ...issues.slice(0, maxIssues).map(({ path, message, value }) => ({
      verbatim: `  ${path === "" ? "(response)" : path}: ${message}; value: ${value}`,
    })),
    ...(omitted > 0 ? [`  and ${omitted} more; --json has all`] : []),
    "",
    "Body:",
    { verbatim: `  ${body}` },
  ];
}
