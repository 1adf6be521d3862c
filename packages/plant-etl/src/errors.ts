/** What a caller should do about an error. */
export type Recovery = "retry" | "skip" | "abort";

/** An error with a stable code. `message` says what happened and what to do next, in one line and without secrets. */
export class PlantEtlError extends Error {
  readonly code: PlantEtlErrorCode;
  readonly recovery: Recovery;

  constructor(code: PlantEtlErrorCode, recovery: Recovery, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "PlantEtlError";
    this.code = code;
    this.recovery = recovery;
  }
}

/**
 * - `OPTION_INVALID`: an option has a value that it cannot have
 * - `RECORDING_INVALID`: a line of a recording is not an answer
 * - `ROW_REJECTED`: the database refuses a row of a batch, which the message names
 */
export type PlantEtlErrorCode = "OPTION_INVALID" | "RECORDING_INVALID" | "ROW_REJECTED";
