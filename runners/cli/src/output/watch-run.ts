import type { Observer, Rejection } from "@lmnh/plant-etl";
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
        const { plantId, attempts, outcome } = event.answer;
        if (outcome.kind === "failed" || outcome.status >= 500) faults += 1;
        if (outcome.kind === "failed") output.detail(`plant ${plantId}: ${outcome.code}: ${outcome.message}`);
        else if (outcome.status !== 200 || attempts > 1)
          output.detail(`plant ${plantId}: answered ${outcome.status} at try ${attempts}${saidBy(outcome)}`);
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

/** The API's own words where it says why there is no reading. */
function saidBy({ status, body }: { readonly status: number; readonly body: string }): string {
  return status === 200 ? "" : `: ${body.slice(0, 200).replace(/\s+/g, " ").trim()}`;
}

function describeRejection({ plantId, httpStatus, wholeAnswer, issues }: Rejection): string {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  const what = wholeAnswer ? `rejected (status ${httpStatus})` : "detail refused";
  const path = first === undefined || first.path === "" ? "" : `${first.path} `;
  return `plant ${plantId} ${what}: ${path}${first?.message ?? "no reason given"}${more}`;
}
