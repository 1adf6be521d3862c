import { PlantError } from "@lmnh/plant-schema";

/** `message` has one line per problem. */
export class SimulatorError extends PlantError<SimulatorErrorCode> {
  override readonly name = "SimulatorError";

  constructor(code: SimulatorErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, "abort", message, options);
  }
}

/**
 * - `OPTION_INVALID`: invalid option
 * - `RESPONSES_INVALID`: invalid line in a file of recorded responses
 * - `PORT_UNAVAILABLE`: cannot listen on the port
 */
export type SimulatorErrorCode = "OPTION_INVALID" | "RESPONSES_INVALID" | "PORT_UNAVAILABLE";
