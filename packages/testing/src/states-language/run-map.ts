import type { MapState } from "./definition.js";
import { carry, evaluate } from "./evaluate.js";
import { asStatesError, StatesError } from "./states-error.js";

/** What the platform runs at once where nothing is said. */
const maxAtOnce = 10_000;

/**
 * Runs what is to be done for each item, so many at once, until all are done or more have failed than is tolerated.
 * The outputs of those that succeeded, in the order of their items.
 */
export async function runMap(
  state: MapState,
  input: unknown,
  runItem: (item: unknown) => Promise<unknown>,
): Promise<unknown[]> {
  const items = carry(await evaluate(state.Items, { input }));
  if (!Array.isArray(items)) throw new StatesError("States.QueryEvaluationError", "Items is no array");
  const atOnce = Number(await evaluate(state.MaxConcurrency ?? 0, { input })) || maxAtOnce;
  const tolerated = Number(await evaluate(state.ToleratedFailurePercentage ?? 0, { input }));

  const outputs = new Map<number, unknown>();
  const failures: StatesError[] = [];
  const isTooMuch = (): boolean => failures.length * 100 > tolerated * items.length;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length && !isTooMuch()) {
      const index = next++;
      try {
        outputs.set(index, await runItem(items[index]));
      } catch (thrown) {
        failures.push(asStatesError(thrown));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  if (isTooMuch())
    throw new StatesError(
      "States.ExceedToleratedFailureThreshold",
      `${failures.length} of ${items.length} items failed, the first of them: ${failures[0]?.message}`,
    );
  return items.flatMap((_, index) => (outputs.has(index) ? [outputs.get(index)] : []));
}
