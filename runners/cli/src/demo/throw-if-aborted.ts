import { ExitCode, UserError } from "@lmnh/plant-runtime";

/** @throws UserError once the demo was told to stop */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted)
    throw new UserError(ExitCode.temporaryFailure, "The demo was stopped. Start it again: plant demo");
}
