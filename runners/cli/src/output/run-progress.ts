import { type Observer, type PlantResponse, parseApiNotice, type Rejection } from "@lmnh/plant-etl";
import type { Host } from "../host.js";
import { describeMs } from "./format-run-report.js";
import type { Output } from "./output.js";

/** Rejections that are listed per run; the others are in the database. */
const namedRejections = 10;
/** Unknown keys that are listed per run; the report has more. */
const namedKeys = 10;
const progressEveryMs = 100;
/** A recording can contain any message. */
const longestMessage = 300;

export interface RunProgress {
  readonly observe: Observer;
  /** Removes the progress and writes the notes. Called when the run has ended or failed. */
  end(): void;
}

/**
 * Shows the progress of one run and its notes. The notes are written after the last batch: a slow reader of stderr blocks
 * the writer.
 */
export function createRunProgress(
  { elapsedMs }: Pick<Host, "elapsedMs">,
  output: Omit<Output, "forRun">,
): RunProgress {
  const startedMs = elapsedMs();
  let shownMs = Number.NEGATIVE_INFINITY;
  let faults = 0;
  const rejections: string[] = [];
  const keys: string[] = [];
  let furtherRejections = 0;
  let furtherKeys = 0;

  const observe: Observer = (event) => {
    switch (event.type) {
      case "response-received": {
        const { outcome } = event.response;
        if (outcome.kind === "failed" || outcome.status >= 500) faults += 1;
        const detail = output.verbose ? describeResponse(event.response) : null;
        if (detail !== null) output.detail(detail);
        const nowMs = elapsedMs();
        if (!output.showsProgress || nowMs - shownMs < progressEveryMs) return;
        shownMs = nowMs;
        const passedMs = nowMs - startedMs;
        const rate = (event.received / Math.max(passedMs, 1)) * 1000;
        output.progress(
          `loading: ${event.received} responses, ${rate.toFixed(1)}/s, ${faults} faults, ${describeMs(passedMs)}`,
        );
        return;
      }
      case "rejected":
        if (!event.rejection.readingRejected) return output.detail(describeRejection(event.rejection));
        if (rejections.length < namedRejections) rejections.push(describeRejection(event.rejection));
        else furtherRejections += 1;
        return;
      case "unknown-key":
        if (keys.length < namedKeys)
          keys.push(`unknown key in the response: "${event.key}" (plant ${event.plantId}); it is ignored`);
        else furtherKeys += 1;
        return;
      case "run-finished":
        furtherKeys += event.report.unknownKeysOmitted;
        return;
      default:
        return;
    }
  };

  return {
    observe,
    end() {
      output.progress("");
      for (const line of [...rejections, ...keys]) output.note(line);
      if (furtherRejections > 0)
        output.note(`and ${furtherRejections} more rejections; all are in plant_rejection`);
      if (furtherKeys > 0)
        output.note(`and ${furtherKeys} more keys that are new; the report lists the first`);
    },
  };
}

/** `null` for a reading at the first attempt. */
function describeResponse({ plantId, attempts, outcome }: PlantResponse): string | null {
  if (outcome.kind === "failed")
    return `plant ${plantId}: ${outcome.code}: ${outcome.message.slice(0, longestMessage)}`;
  const notice =
    outcome.status === 200 || outcome.kind === "undecodable" ? null : parseApiNotice(outcome.body);
  if (notice === null && attempts === 1) return null;
  const what = notice === null ? "" : `: ${notice.replace("_", " ")}`;
  return `plant ${plantId}: status ${outcome.status} at attempt ${attempts}${what}`;
}

function describeRejection({ plantId, httpStatus, readingRejected, issues }: Rejection): string {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  const what = readingRejected ? `rejected (status ${httpStatus})` : "invalid detail";
  const path = first === undefined || first.path === "" ? "" : `${first.path} `;
  return `plant ${plantId} ${what}: ${path}${first?.message ?? "no reason"}${more}`;
}
