import { ExitCode, UserError } from "@lmnh/plant-runtime";

/** @throws UserError if the demo was stopped */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted)
    throw new UserError(ExitCode.temporaryFailure, "The demo was stopped. Start it again: plant demo");
}
