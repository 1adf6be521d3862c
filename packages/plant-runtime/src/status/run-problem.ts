import { ExitCode } from "../exit-codes.js";
import { errorAdvice } from "./error-advice.js";
import type { StatusContext } from "./status-context.js";
import { clockAdvice, dataProblem, statusProblem, temporaryProblem } from "./status-problems.js";
import type { StatusProblem } from "./status-report.js";

/** The problem of runs that did not end well, by the reason of the last one. */
export function runProblem(reason: string, text: string, context: StatusContext): StatusProblem {
  const { command } = context;
  switch (reason) {
    case "all_rejected":
      return dataProblem(reason, `${text}; --api may be the address of something else`, {
        see: "a-response-changed-its-form",
        next: command("doctor"),
      });
    case "too_many_rejected":
      return dataProblem(reason, text, { see: "a-response-changed-its-form", next: command("rejections") });
    case "all_in_future":
    case "all_stale":
    case "none_current":
      return dataProblem(reason, text, clockAdvice);
    case "all_not_found":
    case "no_plants":
      return dataProblem(reason, `${text}; check --api and --plants`, { next: command("doctor") });
    case "unauthorized":
      return statusProblem(
        reason,
        `${text}; ask the museum for a login`,
        { see: "an-api-behind-a-login-or-a-proxy", next: command("doctor") },
        ExitCode.configuration,
      );
    case "stopped":
      return temporaryProblem(reason, text, { next: command("run --watch") });
    case "abandoned":
      return temporaryProblem(reason, `${text}: it was killed; see the log of its process`, {
        next: command("run"),
      });
    case "no_response":
    case "too_many_failed":
    case "deadline":
    case "no_readings":
      return temporaryProblem(reason, `${text}; doctor needs the --api of the pull, too`, {
        see: "the-api-is-down",
        next: command("doctor"),
      });
    default:
      return temporaryProblem(reason, text, errorAdvice(reason, "", context));
  }
}
