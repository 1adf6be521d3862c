/** An error with a stable code. `message` names everything that is wrong, one thing a line. */
export class SimulatorError extends Error {
  readonly code: SimulatorErrorCode;
  readonly recovery = "abort";

  constructor(code: SimulatorErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "SimulatorError";
    this.code = code;
  }
}

/**
 * - `OPTION_INVALID`: an option has a value that it cannot have
 * - `RESPONSES_INVALID`: a line of a file of captured answers is not one
 * - `PORT_UNAVAILABLE`: the port cannot be listened on
 */
export type SimulatorErrorCode = "OPTION_INVALID" | "RESPONSES_INVALID" | "PORT_UNAVAILABLE";
