import { rules } from "../model/rule.js";
import type { PageModel } from "../page/page-model.js";

/** What the page's data does not contain. A metric of which nothing is given is left out. */
export interface OperatorMetrics {
  /** Of all runs; never falls. */
  readonly readingsLoaded?: number | undefined;
  /** Responses of all runs, and requests without one, by outcome; never fall. */
  readonly runAnswers?: Readonly<Record<string, number>> | undefined;
  /** Of the last run that has ended. */
  readonly runDurationSeconds?: number | undefined;
  /** Those that are stored, by notifier and outcome. */
  readonly deliveries?:
    | readonly {
        /** Name of the notifier. */
        readonly notifier: string;
        /** What became of them, as the label of the metric. */
        readonly outcome: string;
        /** Number of deliveries, 0 or more. */
        readonly count: number;
      }[]
    | undefined;
  /** Readings that no archive file has yet. */
  readonly unarchivedReadings?: number | undefined;
  /** Such as the version. */
  readonly build?: Readonly<Record<string, string>> | undefined;
}

export const openMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

interface Sample {
  readonly labels?: Readonly<Record<string, string | number>> | undefined;
  readonly value: number | null | undefined;
}

/** The metrics in the text format of OpenMetrics 1.0. Times are seconds since the epoch. */
export function formatOpenMetrics(model: PageModel | null, operator: OperatorMetrics): string {
  const lines: string[] = [];
  const family = (
    name: string,
    type: "gauge" | "counter" | "info",
    help: string,
    samples: readonly Sample[],
  ) => {
    const known = samples.filter(({ value }) => Number.isFinite(value));
    if (known.length === 0) return;
    const unit = /_(seconds|celsius|ratio)$/.exec(name)?.[1];
    lines.push(`# TYPE ${name} ${type}`);
    if (unit !== undefined) lines.push(`# UNIT ${name} ${unit}`);
    lines.push(`# HELP ${name} ${help}`);
    const suffix = { gauge: "", counter: "_total", info: "_info" }[type];
    for (const { labels, value } of known) lines.push(`${name}${suffix}${formatLabels(labels)} ${value}`);
  };
  const {
    readingsLoaded,
    runAnswers = {},
    runDurationSeconds,
    deliveries = [],
    unarchivedReadings,
    build,
  } = operator;
  family("plant_readings_loaded", "counter", "Readings loaded.", [{ value: readingsLoaded }]);
  family(
    "plant_run_answers",
    "counter",
    "Plants requested in all runs, by outcome.",
    Object.entries(runAnswers).map(([outcome, value]) => ({ labels: { outcome }, value })),
  );
  family("plant_run_duration_seconds", "gauge", "Duration of the last run that has ended.", [
    { value: runDurationSeconds },
  ]);
  if (model !== null) {
    const present = model.plants.filter(({ soilMoisture }) => soilMoisture.isPresent);
    const alerts = [
      ...model.plants.flatMap((plant) => plant.alerts),
      ...(model.outage === null ? [] : [model.outage]),
    ];
    family("plant_newest_reading_timestamp_seconds", "gauge", "Time of the newest reading.", [
      { value: seconds(model.newestReadingMs) },
    ]);
    family("plant_last_complete_run_timestamp_seconds", "gauge", "Start of the newest complete run.", [
      { value: seconds(model.lastCompleteRunMs) },
    ]);
    family(
      "plant_temperature_celsius",
      "gauge",
      "Median temperature of the last minutes.",
      present.map(({ plantId, temperature }) => ({ labels: { plant_id: plantId }, value: temperature.last })),
    );
    family(
      "plant_soil_moisture_ratio",
      "gauge",
      "Median soil moisture of the last minutes; 1 is 100 %.",
      present.map(({ plantId, soilMoisture: { last } }) => ({
        labels: { plant_id: plantId },
        value: last === null ? null : last / 100,
      })),
    );
    family(
      "plant_alerts_open",
      "gauge",
      "Alerts that fire.",
      rules.map((rule) => ({
        labels: { rule },
        value: alerts.filter((alert) => alert.rule === rule).length,
      })),
    );
  }
  family(
    "plant_alert_deliveries",
    // Not a counter: deliveries are deleted with their alerts.
    "gauge",
    "Deliveries of the alerts that fire or ended in the last 90 days.",
    deliveries.map(({ notifier, outcome, count }) => ({ labels: { notifier, outcome }, value: count })),
  );
  family("plant_archive_unarchived_readings", "gauge", "Readings in no file yet.", [
    { value: unarchivedReadings },
  ]);
  if (build !== undefined)
    family("plant_build", "info", "The running program.", [{ labels: build, value: 1 }]);
  return `${[...lines, "# EOF"].join("\n")}\n`;
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

function formatLabels(labels: Sample["labels"]): string {
  if (labels === undefined) return "";
  const parts = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${String(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`,
  );
  return `{${parts.join(",")}}`;
}
