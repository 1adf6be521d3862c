/**
 * Calls a callback of the caller so that its error changes nothing else. A callback of type `() => void` can be an async
 * function, so that a promise it returns is not left to reject unhandled.
 */
export function callSafely(call: () => unknown, onError: (error: unknown) => void = () => {}): void {
  try {
    const result = call();
    if (typeof result === "object" && result !== null && "then" in result)
      Promise.resolve(result).catch(onError);
  } catch (error) {
    onError(error);
  }
}
