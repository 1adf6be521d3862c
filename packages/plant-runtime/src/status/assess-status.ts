import { ExitCode } from "../exit-codes.js";
import { assessPart } from "./assess-part.js";
import { type StatusContext, type StatusOptions, statusContext } from "./status-context.js";
import type { StatusFacts } from "./status-facts.js";
import {
  type Assessment,
  type StatusLine,
  type StatusReport,
  type StatusTopic,
  statusTopics,
} from "./status-report.js";
import { assessAlerts } from "./topics/assess-alerts.js";
import { assessArchive } from "./topics/assess-archive.js";
import { assessClock } from "./topics/assess-clock.js";
import { assessDatabase } from "./topics/assess-database.js";
import { assessDisks } from "./topics/assess-disks.js";
import { assessPlants } from "./topics/assess-plants.js";
import { assessReadings } from "./topics/assess-readings.js";
import { assessRejections } from "./topics/assess-rejections.js";
import { assessRuns } from "./topics/assess-runs.js";

/** Assesses what was read. Pure. */
export function assessStatus(facts: StatusFacts, nowMs: number, options: StatusOptions = {}): StatusReport {
  const context = statusContext(facts, nowMs, options);
  const lines = statusTopics.map((topic): StatusLine => ({ topic, ...assess[topic](context) }));
  const problems = lines.flatMap((line) => line.problems);
  const exitCode = worst(problems.map((problem) => problem.exitCode));
  const problem = problems.find((each) => each.exitCode === exitCode);
  return {
    lines,
    intervalMs: context.intervalMs,
    expected: context.expected,
    ...(problem === undefined
      ? { outcome: "ok", reason: null, exitCode: ExitCode.done }
      : {
          outcome: exitCode === ExitCode.temporaryFailure ? "degraded" : "failed",
          reason: problem.reason,
          exitCode,
        }),
  };
}

const assess: Readonly<Record<StatusTopic, (context: StatusContext) => Assessment>> = {
  database: (context) => assessPart(context.facts.database, context, assessDatabase),
  clock: assessClock,
  runs: (context) => assessPart(context.facts.runs, context, assessRuns),
  readings: (context) => assessPart(context.facts.readings, context, assessReadings),
  plants: (context) => assessPart(context.facts.plants, context, assessPlants),
  rejections: (context) => assessPart(context.facts.rejections, context, assessRejections),
  alerts: (context) => assessPart(context.facts.alerts, context, assessAlerts),
  archive: assessArchive,
  disk: (context) => assessPart(context.facts.disks, context, assessDisks),
};

/** The most severe exit code. */
function worst(codes: readonly ExitCode[]): ExitCode {
  const order = [
    ExitCode.internalError,
    ExitCode.configuration,
    ExitCode.dataError,
    ExitCode.temporaryFailure,
  ];
  return order.find((code) => codes.includes(code)) ?? ExitCode.done;
}
