import type { Alert, AlertDetail, DetailOf } from "../model/alert.js";
import type { Rule } from "../model/rule.js";
import { formatCelsius, formatNumber, formatPercent } from "./format-value.js";
import { formatDuration, formatInterval, type TimeWords, timeWords } from "./local-time.js";

/** The instant and the time zone of the words. */
export interface DescribeOptions {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** IANA name, such as `Europe/London`. */
  readonly timeZone: string;
}

/** Plain text, for a page, a mail or a chat. Nothing in it was written by a stranger. */
export interface AlertDescription {
  /** Such as "Not watered". */
  readonly heading: string;
  /** What is the case, since when, and the cause to check; one to three short sentences. */
  readonly sentence: string;
}

/**
 * An alert in the words of a curator. A resolved alert is described by how it ended, in words that are right both for the
 * message that it has ended and for a late one that it fired.
 *
 * @throws PlantHealthError `OPTION_INVALID` for an unknown time zone
 */
export function describeAlert(alert: Alert, { nowMs, timeZone }: DescribeOptions): AlertDescription {
  const times = timeWords(timeZone);
  const heading = headingOf(alert.detail);
  if (alert.resolvedMs !== null)
    return {
      heading: `${heading}: over`,
      sentence: `${endings[alert.detail.rule]} It ended ${times.at(alert.resolvedMs, nowMs)}, after ${formatDuration(alert.resolvedMs - alert.startedMs)}.`,
    };
  return { heading, sentence: sentenceOf(alert, { nowMs, times }) };
}

function headingOf(detail: AlertDetail): string {
  if (detail.rule === "temperature") return detail.temperature > detail.base ? "Too warm" : "Too cold";
  if (detail.rule === "outage") return isTotal(detail) ? "No readings arrive" : "Most plants are silent";
  return headings[detail.rule];
}

const headings: Readonly<Record<Exclude<Rule, "temperature" | "outage">, string>> = {
  silent: "No readings",
  stuck: "Sensor stuck",
  "not-watered": "Not watered",
  "no-effect": "Watered, not wetter",
  drift: "Moisture level has moved",
};

const endings: Readonly<Record<Rule, string>> = {
  silent: "Readings arrive again.",
  stuck: "The soil moisture changes again.",
  "not-watered": "The plant was watered.",
  "no-effect": "The soil is wetter, or the plant was watered again.",
  temperature: "The temperature is as usual again.",
  drift: "The soil moisture is at its usual level again.",
  outage: "Readings arrive again.",
};

interface Now {
  readonly nowMs: number;
  readonly times: TimeWords;
}

const notKnown = "The state of the plant is not known: look at it, and at the sensor.";

function sentenceOf({ detail, startedMs }: Alert, now: Now): string {
  switch (detail.rule) {
    case "silent":
      return describeSilent(detail, now);
    case "stuck":
      return `The sensor has shown exactly ${formatPercent(detail.soilMoisture, 1)} since ${now.times.since(detail.sinceMs, now.nowMs)}. ${notKnown}`;
    case "not-watered":
      return describeNotWatered(detail, now);
    case "no-effect":
      return `Watered ${now.times.at(detail.wateredMs, now.nowMs)}, and the soil has not become wetter: ${formatPercent(detail.after)}. Does the water reach the pot, and the sensor the soil?`;
    case "temperature":
      return describeTemperature(detail, startedMs, now);
    case "drift":
      return describeDrift(detail);
    case "outage":
      return describeOutage(detail, now);
  }
}

function describeSilent({ lastReadingMs, sensorFault }: DetailOf<"silent">, now: Now): string {
  const last =
    lastReadingMs === null
      ? "There has been no reading for hours"
      : `No reading since ${since(lastReadingMs, now)}`;
  const fault = sensorFault ? "; the museum’s system reports a sensor fault" : "";
  return `${last}${fault}. ${notKnown}`;
}

function describeNotWatered(detail: DetailOf<"not-watered">, { nowMs, times }: Now): string {
  const { lastWateredMs, usualMs, soilMoisture, dryingPerHour } = detail;
  const watered = `Last watered ${times.at(lastWateredMs, nowMs)}, ${formatDuration(nowMs - lastWateredMs)} ago`;
  const usual = usualMs === null ? "" : `; it is usually watered every ${formatInterval(usualMs)}`;
  if (soilMoisture === null) return `${watered}${usual}.`;
  const falling =
    dryingPerHour !== null && dryingPerHour >= 0.05
      ? `, falling ${formatNumber(dryingPerHour, 1)}\u00a0% an hour`
      : "";
  return `${watered}${usual}. Soil at ${formatPercent(soilMoisture)}${falling}.`;
}

function describeTemperature(
  { temperature, base }: DetailOf<"temperature">,
  startedMs: number,
  { nowMs, times }: Now,
): string {
  const isWarm = temperature > base;
  const difference = `${formatCelsius(Math.abs(temperature - base))} ${isWarm ? "warmer" : "colder"} than usual`;
  const cause = isWarm
    ? "Is it in the sun, or near a heater?"
    : "Is a door or a window open, or the heating off?";
  return `${formatCelsius(temperature)}, ${difference}, since ${times.since(startedMs, nowMs)}. ${cause}`;
}

function describeDrift({ level, soilMoisture, usual }: DetailOf<"drift">): string {
  const when = level === "peak" ? "After a watering" : "Before a watering";
  return `${when} the soil is at ${formatPercent(soilMoisture)}; usually it is at ${formatPercent(usual)}, and this is the second time. Has the sensor moved in the soil, or the amount of water changed?`;
}

function describeOutage(detail: DetailOf<"outage">, now: Now): string {
  const { plants, silentPlants, newestReadingMs } = detail;
  const newest = newestReadingMs === null ? "" : ` since ${since(newestReadingMs, now)}`;
  const fact = isTotal(detail)
    ? `No plant has sent a reading${newest}`
    : `${silentPlants} of ${plants} plants send no readings`;
  return `${fact}. The state of the plants is not known. Check the pipeline, the network and the museum’s API, not the plants.`;
}

function isTotal({ plants, silentPlants }: DetailOf<"outage">): boolean {
  return silentPlants >= plants;
}

/** "15:56, 46 minutes ago". */
function since(ms: number, { nowMs, times }: Now): string {
  return `${times.since(ms, nowMs)}, ${formatDuration(nowMs - ms)} ago`;
}
