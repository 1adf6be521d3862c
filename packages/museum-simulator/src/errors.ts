import { PlantError } from "@lmnh/plant-schema";

/** `message` has a line for each problem. */
export class SimulatorError extends PlantError<SimulatorErrorCode> {
  override readonly name = "SimulatorError";

  constructor(code: SimulatorErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, "abort", message, options);
  }
}

/**
 * - `OPTION_INVALID`: an option has a value that it cannot have
 * - `RESPONSES_INVALID`: a line of a file of captured answers is not one
 * - `PORT_UNAVAILABLE`: the port cannot be listened on
 */
export type SimulatorErrorCode = "OPTION_INVALID" | "RESPONSES_INVALID" | "PORT_UNAVAILABLE";
