import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { escapeControls, type OutcomeCodes, redact } from "@lmnh/plant-runtime";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

/** Values by metric; those that are `null` are unknown and not written. */
export type Measured = Readonly<Record<string, number | null>>;

export interface Telemetry {
  /** Adds the keys to each line from now on. */
  begin(keys: {
    readonly run_id: string;
    readonly function_request_id: string;
    readonly cold_start: boolean;
  }): Log;
  /** Writes one line of metrics, whose properties are the outcome, its reason and the exit code. */
  measure(measured: Measured, outcome: OutcomeCodes): void;
}

/** JSON lines and metrics in CloudWatch's embedded format. The POWERTOOLS_ variables set level, service and namespace. */
export function powertools(): Telemetry {
  const logger = new Logger({ jsonReplacerFn: withoutSecrets });
  const metrics = new Metrics();
  return {
    begin(keys) {
      logger.appendKeys(keys);
      return logger;
    },
    measure(measured, { outcome, reason, exitCode }) {
      const runs = {
        RunsSucceeded: outcome === "ok" ? 1 : 0,
        RunsDegraded: outcome === "degraded" ? 1 : 0,
        RunsFailed: outcome === "failed" ? 1 : 0,
      };
      for (const [name, value] of Object.entries({ ...measured, ...runs }))
        if (value !== null) metrics.addMetric(name, unitOf(name), value);
      metrics.addMetadata("outcome", outcome);
      metrics.addMetadata("reason", reason ?? "");
      metrics.addMetadata("exitCode", String(exitCode));
      metrics.publishStoredMetrics();
    },
  };
}

/** Text without secrets and control characters. JSON itself escapes line ends, which a stack has. */
function withoutSecrets(_key: string, value: unknown): unknown {
  return typeof value === "string" ? redact(value).split("\n").map(escapeControls).join("\n") : value;
}

function unitOf(name: string): (typeof MetricUnit)[keyof typeof MetricUnit] {
  if (name.startsWith("Duration")) return MetricUnit.Milliseconds;
  return name === "FreshnessLag" ? MetricUnit.Seconds : MetricUnit.Count;
}
