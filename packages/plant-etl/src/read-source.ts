import type { PlantSource } from "./ports.js";
import type { PlantResponse } from "./response.js";

export interface ReadSourceOptions {
  readonly signal: AbortSignal;
  /** The next response is requested when the promise resolves. */
  readonly onResponse: (response: PlantResponse) => Promise<void> | undefined;
  /** Leaves the source when it resolves. */
  readonly leave: Promise<unknown>;
  /** Leaves the source when it returns `true`; for a source that never lets a timer fire. */
  readonly isOverdue: () => boolean;
}

/**
 * Reads a source to its end, or until it is left, even while a response is pending. The iterator of a source that is left
 * is closed by its `return`, and what it yields later is discarded.
 *
 * @returns the promise of that return; `null` if the source ended
 * @throws the error of the source; that of `onResponse`, after which the iterator is closed, too
 */
export async function readSource(
  source: PlantSource,
  { signal, onResponse, leave, isOverdue }: ReadSourceOptions,
): Promise<{ readonly returned: Promise<unknown> } | null> {
  const iterator = source.responses(signal)[Symbol.asyncIterator]();
  let isLeft = false;
  const readToEnd = async (): Promise<boolean> => {
    while (!isOverdue()) {
      const next = await iterator.next();
      if (isLeft) return false;
      if (next.done) return true;
      const busy = onResponse(next.value);
      if (busy !== undefined) await busy;
    }
    return false;
  };
  const askToReturn = async () => {
    isLeft = true;
    await iterator.return?.();
  };
  try {
    const hasEnded = await Promise.race([readToEnd(), leave.then(() => false)]);
    return hasEnded ? null : { returned: askToReturn().catch(() => {}) };
  } catch (error) {
    // Not awaited: it may never settle. It does nothing for a source that threw.
    void askToReturn().catch(() => {});
    throw error;
  }
}
