import type { Alert } from "../model/alert.js";
import { ruleKinds } from "../model/rule.js";
import { countWord } from "./format-value.js";

/**
 * The verdict on all plants, such as "Three plants need you, two sensors to look at". Resolved alerts do not count; a
 * plant counts once, however many of its rules fire.
 *
 * @param plantCount the number of plants there are
 */
export function summarizeAlerts(alerts: readonly Alert[], plantCount: number): string {
  const firing = alerts.filter(({ resolvedMs }) => resolvedMs === null);
  if (firing.some(({ detail }) => detail.rule === "outage")) return "The state of the plants is not known";
  const plantsOf = (kind: "plant" | "sensor") =>
    new Set(firing.filter(({ detail }) => ruleKinds[detail.rule] === kind).map(({ plantId }) => plantId))
      .size;
  const plants = plantsOf("plant");
  const sensors = plantsOf("sensor");
  const parts: string[] = [];
  if (plants > 0) parts.push(`${countWord(plants)} ${plants === 1 ? "plant needs" : "plants need"} you`);
  if (sensors > 0) parts.push(`${countWord(sensors)} ${sensors === 1 ? "sensor" : "sensors"} to look at`);
  if (parts.length === 0) return plantCount === 0 ? "No plants yet" : "Every plant is as usual";
  const text = parts.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
