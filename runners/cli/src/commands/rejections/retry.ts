import { lmnhTransform, type RetryReport, retryRejections } from "@lmnh/plant-etl";
import { sqlPlantStore, sqlRejectionLog } from "@lmnh/plant-etl/sql";
import {
  databaseSettings,
  ExitCode,
  type OutcomeCodes,
  okOutcome,
  pick,
  runSettings,
} from "@lmnh/plant-runtime";
import { defineCommand } from "../../command.js";
import { logRetry } from "../../output/log-retry.js";
import { pluralize } from "../../output/pluralize.js";
import { everyRejection, parseRejectionIds, readOpenRejections } from "../../session/read-rejection.js";
import { listenForStop } from "../../session/shutdown-signal.js";
import { withDatabase } from "../../session/with-database.js";

export const retryCommand = defineCommand({
  operands: [{ name: "[ids...]", description: "The numbers of open rejections, or --all" }],
  description: [
    "Transforms the stored responses with the rules of this version, loads what is valid by now, up to 100 responses in one transaction, and marks those rejections as resolved. What is still rejected stays open. A reading that is in the database already is a duplicate, so that a retry can be repeated.",
    "Of a rejection of details only the details are loaded: its reading was loaded when it was received. A response of which only the beginning is stored cannot be retried.",
    "A retry is not a pull and is not in the run log. Its id is in resolved_by of the rejections and in run_id of the readings.",
  ],
  examples: [
    ["plant rejections retry --all", "every open rejection"],
    ["plant rejections retry 12 13", "two of them"],
  ],
  exits: [
    [ExitCode.done, "every one is resolved"],
    [ExitCode.dataError, "some are still rejected or cannot be retried, or there is no such rejection"],
    [ExitCode.temporaryFailure, "the retry was stopped, or the database is unavailable"],
    [ExitCode.configuration, "a setting or the database is invalid"],
  ],
  settings: {
    ...databaseSettings,
    ...pick(runSettings, ["defaultUtcOffset"]),
    all: everyRejection,
  },
  async act(task) {
    const { host, output, values, operands } = task;
    const ids = parseRejectionIds(operands, values.all);
    return await withDatabase(task, "write", async (database) => {
      const log = sqlRejectionLog(database);
      const named = await readOpenRejections(log, ids, output);
      const { clock, random, newId } = host;
      const stop = listenForStop(host, (signal) =>
        output.note(`${signal}: stopping; once more to end at once`),
      );
      try {
        const total = values.all && output.showsProgress ? await log.count({}) : named.length;
        const report = await retryRejections({
          log,
          store: sqlPlantStore({ ...database, retry: { clock, random, onRetry: logRetry(output) } }),
          transform: lmnhTransform({ defaultUtcOffsetMinutes: values.defaultUtcOffset }),
          clock,
          runId: newId(),
          signal: stop.signal,
          onBatch: (retried) => output.progress(`retrying: ${retried} of ${pluralize(total, "rejection")}`),
          ...(values.all ? {} : { rejections: named }),
        });
        const outcome = outcomeOf(report);
        output.result(report, retryLines(report), outcome);
        return outcome.exitCode;
      } finally {
        output.progress("");
        stop.release();
      }
    });
  },
});

function outcomeOf({ complete, stillRejected, truncated }: RetryReport): OutcomeCodes {
  if (!complete) return { outcome: "degraded", reason: "stopped", exitCode: ExitCode.temporaryFailure };
  return stillRejected + truncated === 0
    ? okOutcome
    : { outcome: "degraded", reason: "still_rejected", exitCode: ExitCode.dataError };
}

function retryLines(report: RetryReport): string[] {
  const { retried, resolved, stillRejected, truncated, loaded, duplicates, conflicts } = report;
  return [
    `Retry ${report.runId}: ${pluralize(retried, "rejection")}, ${resolved} resolved, ${stillRejected} still rejected`,
    `${pluralize(loaded, "reading")} loaded, ${pluralize(duplicates, "duplicate")}, ${pluralize(conflicts, "conflict")}`,
    ...(truncated > 0
      ? [`${truncated} cannot be retried, because only the beginning of their body is stored`]
      : []),
    ...(stillRejected > 0 ? ["To see what is wrong with the others: plant rejections"] : []),
  ];
}
