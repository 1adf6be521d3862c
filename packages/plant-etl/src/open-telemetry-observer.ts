import type { Meter, Span, Tracer } from "@opentelemetry/api";
import type { EtlEvent } from "./events.js";
import type { Observer } from "./ports.js";
import type { Report } from "./report.js";

/** Where the observer sends metrics and spans. */
export interface OpenTelemetryOptions {
  /** Such as `metrics.getMeter("@lmnh/plant-etl")`. No metrics by default. */
  readonly meter?: Meter | undefined;
  /** Such as `trace.getTracer("@lmnh/plant-etl")`. No spans by default. */
  readonly tracer?: Tracer | undefined;
}

/** SpanStatusCode.ERROR: a value of `@opentelemetry/api`, of which only the types are imported. */
const errorStatus = 2;

/**
 * An observer that measures runs with OpenTelemetry: a span `plant run` for each one, and the metrics `plant.runs`,
 * `plant.run.duration` (seconds), `plant.run.answers` by outcome, `plant.readings.loaded` and `plant.batch.load.duration`
 * (seconds). No attribute depends on a response, so that their number is bounded.
 *
 * @example
 * ```ts
 * import { metrics, trace } from "@opentelemetry/api";
 * import { openTelemetryObserver } from "@lmnh/plant-etl/opentelemetry";
 *
 * const observer = openTelemetryObserver({
 *   meter: metrics.getMeter("plants"),
 *   tracer: trace.getTracer("plants"),
 * });
 * await runEtl({ source, store, transform, observer });
 * ```
 */
export function openTelemetryObserver({ meter, tracer }: OpenTelemetryOptions): Observer {
  const runs = meter?.createCounter("plant.runs", { unit: "{run}", description: "Runs that have ended" });
  const duration = meter?.createHistogram("plant.run.duration", {
    unit: "s",
    description: "Duration of a run",
  });
  const answers = meter?.createCounter("plant.run.answers", {
    unit: "{plant}",
    description: "Plants requested, by outcome",
  });
  const readings = meter?.createCounter("plant.readings.loaded", {
    unit: "{reading}",
    description: "Readings loaded",
  });
  const loads = meter?.createHistogram("plant.batch.load.duration", {
    unit: "s",
    description: "Duration of the transaction of a batch",
  });
  const spans = new Map<string, Span>();

  const end = (runId: string, endedAt: string, outcome: string, reason: string | null) => {
    runs?.add(1, { outcome, ...(reason !== null && { reason }) });
    const span = spans.get(runId);
    if (span === undefined) return;
    spans.delete(runId);
    span.setAttribute("plant.run.outcome", outcome);
    if (reason !== null) span.setAttribute("plant.run.reason", reason);
    if (outcome === "failed")
      span.setStatus({ code: errorStatus, ...(reason !== null && { message: reason }) });
    span.end(new Date(endedAt));
  };

  return (event: EtlEvent) => {
    switch (event.type) {
      case "run-started": {
        const { runId, startedAt } = event.run;
        const options = { startTime: new Date(startedAt), attributes: { "plant.run.id": runId } };
        if (tracer !== undefined) spans.set(runId, tracer.startSpan("plant run", options));
        return;
      }
      case "batch-loaded":
        loads?.record(event.durationMs / 1000);
        readings?.add(event.counts.loaded);
        return;
      case "run-finished": {
        const { report } = event;
        for (const [outcome, plants] of answersOf(report)) if (plants > 0) answers?.add(plants, { outcome });
        duration?.record(report.durationMs / 1000, { outcome: report.outcome });
        end(report.runId, report.finishedAt, report.outcome, report.reason);
        return;
      }
      case "run-failed":
        end(event.run.runId, event.failure.failedAt, "failed", event.failure.reason);
        return;
      default:
    }
  };
}

/** The names of `plant_run_answers` at `/metrics`. */
function answersOf({ notices, ...report }: Report): (readonly [outcome: string, plants: number])[] {
  return [
    ["loaded", report.loaded],
    ["duplicate", report.duplicates],
    ["conflict", report.conflicts],
    ["not_found", notices.notFound],
    ["on_loan", notices.onLoan],
    ["sensor_fault", notices.sensorFault],
    ["rejected", report.rejected],
    ["failed", report.failed],
  ];
}
