import { PlantError } from "@lmnh/plant-schema";

export class PlantEtlError extends PlantError<PlantEtlErrorCode> {
  override readonly name = "PlantEtlError";
}

/**
 * - `OPTION_INVALID`: an option has a value that it cannot have
 * - `RECORDING_INVALID`: a line of a recording is not an answer
 * - `ROW_REJECTED`: the database refuses a row of a batch, which the message names
 */
export type PlantEtlErrorCode = "OPTION_INVALID" | "RECORDING_INVALID" | "ROW_REJECTED";
