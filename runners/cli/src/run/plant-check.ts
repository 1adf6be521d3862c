import { formatError } from "@lmnh/plant-runtime";
import type { OpenPull } from "./open-pull.js";
import type { RunTask } from "./run-command-settings.js";

/** Checks the plants and sends alerts. Returns the error of a check that failed, which is reported already. */
export type CheckPlants = (pull: OpenPull, signal: AbortSignal) => Promise<unknown>;

/**
 * The check of --alert after a run, which writes its result to stderr; without --alert it does nothing. A failed check does
 * not change the outcome of the run, which is stored already.
 */
export async function openPlantCheck(task: RunTask): Promise<CheckPlants> {
  if (!task.values.alert) return async () => undefined;
  // Imported here, because a run without --alert needs no rules.
  const { openHealthCheck, reportFailedDeliveries } = await import("../alert/open-health-check.js");
  const { healthLine } = await import("../output/format-health-report.js");
  const check = await openHealthCheck(task);
  return async (pull, signal) => {
    if (signal.aborted) return undefined;
    try {
      const report = await check(await pull.database(), { signal });
      task.output.note(`plants: ${healthLine(report)}`);
      reportFailedDeliveries(report, task.output);
      return undefined;
    } catch (error) {
      if (!signal.aborted)
        task.output.warn(`the plants were not checked: ${formatError(error, "cli").lines.join("; ")}`);
      return error;
    }
  };
}
