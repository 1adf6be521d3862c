/** A failure by the name that `ErrorEquals` knows it by. */
export class StatesError extends Error {
  constructor(
    readonly error: string,
    cause: string,
  ) {
    super(cause);
    this.name = "StatesError";
  }
}

/** What a Lambda throws is known by its name, and its message is the cause. */
export function asStatesError(thrown: unknown): StatesError {
  if (thrown instanceof StatesError) return thrown;
  return thrown instanceof Error
    ? new StatesError(thrown.name, thrown.message)
    : new StatesError("Error", String(thrown));
}
