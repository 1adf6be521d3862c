import { outcomeReasonOf } from "@lmnh/plant-etl";
import { describeStack, ExitCode, formatError, type Outcome } from "@lmnh/plant-runtime";
import type { PlantDatabase } from "@lmnh/plant-schema";
import { type CachedDatabase, cacheDatabase } from "./cached-database.js";
import { InvocationError } from "./invocation-error.js";
import type { Host } from "./lambda-host.js";
import { listenForStop } from "./shutdown.js";
import { type Log, type Measured, powertools } from "./telemetry.js";

/** The part of the platform's context that is used. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export type Handler<Report> = (event: unknown, context: LambdaContext) => Promise<Report>;

/** The context of an invocation. */
export interface Invocation {
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
  readonly outcome: Outcome;
  /** Whether the invocation also fails for the outcome `degraded`. `false` by default. */
  readonly failsWhenDegraded?: boolean;
}

/**
 * A handler that keeps its database open between invocations and reports each run in its log and metrics.
 *
 * @param warnings logged with the first invocation
 */
export function createHandler<Report>(
  host: Host,
  openDatabase: () => Promise<PlantDatabase>,
  run: (event: unknown, invocation: Invocation) => Promise<HandlerResult<Report>>,
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
    const invocation = {
      runId,
      log,
      database,
      signal,
      remainingMs: () => context.getRemainingTimeInMillis(),
    };
    try {
      const { report, measured, outcome, failsWhenDegraded = false } = await run(event, invocation);
      telemetry.measure(measured, outcome);
      log.info("The run has ended.", { report });
      if (outcome.outcome === "ok") return report;
      const problem = outcome.problem ?? `The run is ${outcome.outcome}: ${outcome.reason}.`;
      if (outcome.outcome === "failed" || failsWhenDegraded) throw new InvocationError(problem);
      log.warn(problem);
      return report;
    } catch (error) {
      // Thrown above, after the metrics were written.
      if (error instanceof InvocationError) {
        log.error(error.message);
        throw error;
      }
      const { lines, exitCode } = formatError(error, "lambda");
      telemetry.measure({}, { outcome: "failed", reason: outcomeReasonOf(error), exitCode });
      const message = lines.join("; ");
      log.error(message, exitCode === ExitCode.internalError ? stackOf(error) : {});
      throw new InvocationError(message, { cause: error });
    } finally {
      stop.end();
    }
  };
}

/** For an internal error, which its message alone does not explain. */
function stackOf(error: unknown): { readonly stack?: string } {
  return error instanceof Error ? { stack: describeStack(error).join("\n") } : {};
}
