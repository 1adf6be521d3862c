import { formatTimestamp } from "@lmnh/plant-etl";
import { errorDocument, errorOutcome, type Outcome } from "@lmnh/plant-runtime";
import { describeGaps, failureLine, reportLine, reportTable } from "../output/format-run-report.js";
import type { OpenPull } from "./open-pull.js";
import type { RunTask } from "./run-command-settings.js";

/** Runs once, and prints the report and the gaps, also after an error. */
export async function runOnce(
  task: RunTask,
  pull: OpenPull,
  signal: AbortSignal,
): Promise<{ readonly outcome: Outcome; readonly error?: unknown }> {
  const { values, host } = task;
  const run = { runId: host.newId(), startedAt: formatTimestamp(host.clock.now()) };
  const output = task.output.forRun(run.runId);
  try {
    const report = await pull.run(run.runId, signal);
    const asTable = host.stdout.isTerminal && !values.watch;
    const outcome = pull.outcomeOf(report);
    output.result(report, asTable ? reportTable(report, outcome) : [reportLine(report, outcome)], outcome);
    for (const gap of describeGaps(report)) output.warn(gap);
    return { outcome };
  } catch (error) {
    const outcome = errorOutcome(error, "cli");
    output.result({ ...run, ...errorDocument(outcome) }, [failureLine(run, outcome)], outcome);
    return { outcome, error };
  }
}
