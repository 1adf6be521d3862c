import { type Answer, type Observer, type Rejection, readApiError } from "@lmnh/plant-etl";
import type { Host } from "../host.js";
import { describeMs } from "./describe-report.js";
import type { Output } from "./output.js";

/** Rejections that are named in full, of one run; the others are in the database. */
const namedRejections = 10;
const progressEveryMs = 100;

/** Tells of one run while it goes on. */
export function watchRun({ elapsedMs }: Pick<Host, "elapsedMs">, output: Output): Observer {
  const startedMs = elapsedMs();
  let shownMs = Number.NEGATIVE_INFINITY;
  let faults = 0;
  let refused = 0;
  return (event) => {
    switch (event.type) {
      case "answered": {
        const { outcome } = event.answer;
        if (outcome.kind === "failed" || outcome.status >= 500) faults += 1;
        const detail = output.verbose ? describeAnswer(event.answer) : null;
        if (detail !== null) output.detail(detail);
        const nowMs = elapsedMs();
        if (!output.showsProgress || nowMs - shownMs < progressEveryMs) return;
        shownMs = nowMs;
        const passedMs = nowMs - startedMs;
        const rate = (event.answered / Math.max(passedMs, 1)) * 1000;
        output.progress(
          `pulling: ${event.answered} answered, ${rate.toFixed(1)}/s, ${faults} faults, ${describeMs(passedMs)}`,
        );
        return;
      }
      case "rejected":
        if (!event.rejection.wholeAnswer) return output.detail(describeRejection(event.rejection));
        refused += 1;
        if (refused <= namedRejections) output.note(describeRejection(event.rejection));
        if (refused === namedRejections + 1) output.note("further rejections are only in plant_rejection");
        return;
      case "unknown-key":
        output.note(`the API says something new: key "${event.key}" (plant ${event.plantId}); it is ignored`);
        return;
      case "run-finished":
        output.progress("");
        return;
      default:
        return;
    }
  };
}

/** `null` of a plain reading at the first try. */
function describeAnswer({ plantId, attempts, outcome }: Answer): string | null {
  if (outcome.kind === "failed") return `plant ${plantId}: ${outcome.code}: ${outcome.message}`;
  const notice =
    outcome.status === 200 || outcome.kind === "undecodable" ? null : readApiError(outcome.body);
  if (notice === null && attempts === 1) return null;
  const what = notice === null ? "" : `: ${notice.replace("_", " ")}`;
  return `plant ${plantId}: answered ${outcome.status} at try ${attempts}${what}`;
}

function describeRejection({ plantId, httpStatus, wholeAnswer, issues }: Rejection): string {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  const what = wholeAnswer ? `rejected (status ${httpStatus})` : "detail refused";
  const path = first === undefined || first.path === "" ? "" : `${first.path} `;
  return `plant ${plantId} ${what}: ${path}${first?.message ?? "no reason given"}${more}`;
}
