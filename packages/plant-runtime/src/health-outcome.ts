import type { HealthReport } from "@lmnh/plant-health";
import { ExitCode } from "./exit-codes.js";
import { type Outcome, okOutcome } from "./run-outcome.js";

/** The outcome of a check of the plants. A message that was not accepted does not fail it: a later check sends it again. */
export function healthOutcome({ delivery }: Pick<HealthReport, "delivery">): Outcome {
  return delivery.failed.length === 0
    ? okOutcome
    : {
        outcome: "degraded",
        reason: "delivery_failed",
        exitCode: ExitCode.temporaryFailure,
        problem: "A receiver did not accept a message; it is sent again by the next checks.",
      };
}
