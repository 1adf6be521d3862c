import { ExitCode, UserError } from "@lmnh/plant-composition";

/** @throws UserError once the demo was told to stop */
export function refuseStopped(signal: AbortSignal): void {
  if (signal.aborted)
    throw new UserError(ExitCode.tryAgain, "The demo was stopped. Start it again: plant demo");
}
