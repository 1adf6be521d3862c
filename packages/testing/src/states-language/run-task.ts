import type { Retrier, TaskState } from "./definition.js";
import { evaluate } from "./evaluate.js";
import type { Platform } from "./platform.js";
import { asStatesError, type StatesError } from "./states-error.js";

/** Calls the Lambda, and again as the state's retriers say; the outcome is what `$states.result` is. */
export async function runTask(state: TaskState, input: unknown, platform: Platform): Promise<unknown> {
  const retriers = state.Retry ?? [];
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      const { FunctionName, Payload } = state.Arguments;
      const name = String(await evaluate(FunctionName, { input }));
      const result = await platform.invoke(name, await evaluate(Payload, { input }));
      return { ExecutedVersion: "$LATEST", Payload: result ?? null, StatusCode: 200 };
    } catch (thrown) {
      const error = asStatesError(thrown);
      const retrier = retriers.find((one) => one.ErrorEquals.some((name) => matches(name, error)));
      const tried = retrier === undefined ? 0 : (attempts.get(retrier) ?? 0);
      if (retrier === undefined || tried >= (retrier.MaxAttempts ?? 3)) throw error;
      attempts.set(retrier, tried + 1);
      await platform.sleep(delaySeconds(retrier, tried, platform.random) * 1000);
    }
  }
}

function matches(name: string, { error }: StatesError): boolean {
  if (name === error) return true;
  if (error === "States.DataLimitExceeded" || error === "States.Runtime") return false;
  return name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout");
}

function delaySeconds(retrier: Retrier, tried: number, random: () => number): number {
  const {
    IntervalSeconds = 1,
    BackoffRate = 2,
    MaxDelaySeconds = Infinity,
    JitterStrategy = "NONE",
  } = retrier;
  const delay = Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** tried);
  return JitterStrategy === "FULL" ? delay * random() : delay;
}
