import { minuteMs } from "../../durations.js";
import { describeCount, pluralize } from "../describe-count.js";
import { describeAge, describeDuration } from "../describe-time.js";
import type { StatusContext } from "../status-context.js";
import type { AlertFacts } from "../status-facts.js";
import { temporaryProblem } from "../status-problems.js";
import type { Assessment, StatusProblem } from "../status-report.js";

const deliveryOverdueMs = 15 * minuteMs;

export function assessAlerts(alerts: AlertFacts, { nowMs, command }: StatusContext): Assessment {
  const { plants, lastDelivery, failing, givenUp, failure, waiting, waitingSinceMs } = alerts;
  const firing = alerts.firing.reduce((total, each) => total + each.alerts, 0);
  const rules = alerts.firing.map(({ rule, alerts: number }) => `${rule} ${describeCount(number)}`);
  const last =
    lastDelivery === null
      ? "nothing delivered yet"
      : `last delivery ${describeAge(lastDelivery.deliveredMs, nowMs)} by ${lastDelivery.notifier}`;
  const problems: StatusProblem[] = [];
  if (failing + givenUp > 0) {
    const by = failure === null ? "" : ` (${failure.notifier}: ${failure.reason ?? "no reason"})`;
    problems.push(
      temporaryProblem(
        "delivery_failed",
        `${pluralize(failing, "delivery", "deliveries")} failing, ${describeCount(givenUp)} given up in 24 h${by}`,
        { next: command("alert test") },
      ),
    );
  }
  if (waitingSinceMs !== null && nowMs - waitingSinceMs > deliveryOverdueMs)
    problems.push(
      temporaryProblem(
        "delivery_overdue",
        `${pluralize(waiting, "delivery", "deliveries")} due for ${describeDuration(nowMs - waitingSinceMs)}, and nobody has tried`,
        { next: command("alert --watch") },
      ),
    );
  return {
    text: `${firing === 0 ? "none open" : `${describeCount(firing)} open of ${pluralize(plants, "plant")} (${rules.join(", ")})`}; ${last}`,
    problems,
  };
}
