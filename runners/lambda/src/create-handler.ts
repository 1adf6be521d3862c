import { reasonOfError } from "@lmnh/plant-etl";
import { describeStack, ExitCode, formatError, type Outcome } from "@lmnh/plant-runtime";
import type { PlantDatabase } from "@lmnh/plant-schema";
import { type CachedDatabase, cacheDatabase } from "./cached-database.js";
import { InvocationError } from "./errors.js";
import type { Host } from "./host.js";
import { listenForStop } from "./shutdown.js";
import { type Log, type Measured, powertools } from "./telemetry.js";

/** What of the platform's context is used. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export type Handler<Report> = (event: unknown, context: LambdaContext) => Promise<Report>;

/** What a run is handed. */
export interface Run {
  readonly runId: string;
  readonly log: Log;
  readonly database: CachedDatabase;
  /** Aborts when the platform is about to end the process. */
  readonly signal: AbortSignal;
  /** Milliseconds until the platform ends the invocation. */
  remainingMs(): number;
}

export interface HandlerResult<Report> {
  readonly report: Report;
  readonly measured: Measured;
  readonly verdict: Outcome;
  /** Whether the invocation fails for an outcome of `degraded`, too. `false` by default. */
  readonly failsWhenDegraded?: boolean;
}

/**
 * A handler whose database stays open, and which tells of each run in its log, in its metrics and by how it ends.
 *
 * @param warnings logged with the first invocation
 */
export function createHandler<Report>(
  host: Host,
  openDatabase: () => Promise<PlantDatabase>,
  run: (event: unknown, given: Run) => Promise<HandlerResult<Report>>,
  warnings: readonly string[],
): Handler<Report> {
  const telemetry = powertools();
  const database = cacheDatabase(openDatabase);
  const stop = listenForStop(host, () => database.close());
  let coldStart = true;

  return async (event, context) => {
    const runId = host.newId();
    const log = telemetry.begin({
      run_id: runId,
      function_request_id: context.awsRequestId,
      cold_start: coldStart,
    });
    if (coldStart) for (const warning of warnings) log.warn(warning);
    coldStart = false;
    const signal = stop.begin();
    const given = { runId, log, database, signal, remainingMs: () => context.getRemainingTimeInMillis() };
    try {
      const { report, measured, verdict, failsWhenDegraded = false } = await run(event, given);
      telemetry.measure(measured, verdict);
      log.info("The run has ended.", { report });
      const { outcome, reason } = verdict;
      if (outcome === "ok") return report;
      const problem = verdict.problem ?? `The run is ${outcome}: ${reason}.`;
      if (outcome === "failed" || failsWhenDegraded) throw new InvocationError(problem);
      log.warn(problem);
      return report;
    } catch (error) {
      // The run has been judged, and its metrics are written.
      if (error instanceof InvocationError) {
        log.error(error.message);
        throw error;
      }
      const { lines, exitCode } = formatError(error, "lambda");
      telemetry.measure({}, { outcome: "failed", reason: reasonOfError(error), exitCode });
      const message = lines.join("; ");
      log.error(message, exitCode === ExitCode.internalError ? stackOf(error) : {});
      throw new InvocationError(message, { cause: error });
    } finally {
      stop.end();
    }
  };
}

/** For a defect, which no message explains. */
function stackOf(error: unknown): { readonly stack?: string } {
  return error instanceof Error ? { stack: describeStack(error).join("\n") } : {};
}
