import { callSafely } from "./call-safely.js";

/** Calls an observer so that nothing it does changes the work that it observes, and neither does the handler of its errors. */
export function protectObserver<Event>(
  observer: (event: Event) => void = () => {},
  onError: (error: unknown, event: Event) => void = () => {},
): (event: Event) => void {
  return (event) =>
    callSafely(
      () => observer(event),
      (error) => callSafely(() => onError(error, event)),
    );
}
