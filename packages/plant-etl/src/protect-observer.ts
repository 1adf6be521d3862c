import { callSafely } from "./call-safely.js";
import type { EtlEvent } from "./events.js";
import type { Observer } from "./ports.js";

/** Receives what an observer threw, or rejected its promise with, and the event. */
export type ObserverErrorHandler = (error: unknown, event: EtlEvent) => void;

/** Calls an observer so that nothing it does changes the run, and neither does the handler of its errors. */
export function protectObserver(
  observer: Observer = () => {},
  onError: ObserverErrorHandler = () => {},
): (event: EtlEvent) => void {
  return (event) =>
    callSafely(
      () => observer(event),
      (error) => callSafely(() => onError(error, event)),
    );
}
