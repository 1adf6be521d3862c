import { describeAlert, type FiringAlert, type HealthReport, type Rule, ruleKinds } from "@lmnh/plant-health";
import { pluralize } from "./pluralize.js";

/** The state after a check, and what changed, as lines. */
export function healthLines(
  { checkedAt, plants, alerts, transitions, delivery }: HealthReport,
  { timeZone, dryRun }: { readonly timeZone: string; readonly dryRun: boolean },
): string[] {
  const nowMs = Date.parse(checkedAt);
  const count = (kind: string) => transitions.filter((transition) => transition.kind === kind).length;
  const fired = count("fire") + count("reopen");
  const changes = dryRun
    ? `${fired} would fire, ${count("resolve")} would end; nothing was stored or sent`
    : `${fired} new, ${count("resolve")} ended, ${pluralize(delivery.delivered, "event")} sent`;
  return [
    `${pluralize(plants, "plant")} checked: ${pluralize(alerts.length, "open alert")} (${changes})`,
    ...alerts.flatMap((alert) => alertLines(alert, { nowMs, timeZone })),
    ...(dryRun ? transitions.flatMap((transition) => wouldFire(transition, { nowMs, timeZone })) : []),
  ];
}

/** The report of one check on one line, for a watch. */
export function healthLine({ checkedAt, plants, alerts, transitions, delivery }: HealthReport): string {
  const byRule = new Map<Rule, number>();
  for (const { detail } of alerts) byRule.set(detail.rule, (byRule.get(detail.rule) ?? 0) + 1);
  const rules = [...byRule].map(([rule, number]) => `${rule} ${number}`).join(", ");
  return `${checkedAt}  ${pluralize(plants, "plant")}, ${pluralize(alerts.length, "alert")}${rules === "" ? "" : ` (${rules})`}; ${pluralize(transitions.filter(({ kind }) => kind !== "update").length, "change")}, ${pluralize(delivery.delivered, "event")} sent`;
}

interface Words {
  readonly nowMs: number;
  readonly timeZone: string;
}

const marks = { plant: "▲", sensor: "◆", system: "!" } as const;

function alertLines(alert: FiringAlert, words: Words): string[] {
  const { heading, sentence } = describeAlert(alert, words);
  const { plantId, plantName, acknowledgedMs, detail, alertId } = alert;
  const subject = plantId === null ? "all plants" : `plant ${plantId}${plantName ? `, ${plantName}` : ""}`;
  const state = acknowledgedMs === null ? "" : ", acknowledged";
  return [
    `  ${marks[ruleKinds[detail.rule]]} ${heading}: ${subject}${state}`,
    `    ${sentence}`,
    `    alert ${alertId}`,
  ];
}

function wouldFire(transition: HealthReport["transitions"][number], words: Words): string[] {
  if (transition.kind !== "fire") return [];
  const { plantId, detail, startedMs } = transition;
  const { heading, sentence } = describeAlert(
    {
      alertId: "",
      plantId,
      detail,
      startedMs,
      firedMs: words.nowMs,
      resolvedMs: null,
      acknowledgedMs: null,
    },
    words,
  );
  return [
    `  would fire: ${heading}: ${plantId === null ? "all plants" : `plant ${plantId}`}`,
    `    ${sentence}`,
  ];
}
