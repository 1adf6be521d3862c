import { PlantError } from "@lmnh/plant-schema/model";

/** An error of this package: `code` is for programs, and `message` names the place and the value. */
export class PlantEtlError extends PlantError<PlantEtlErrorCode> {
  override readonly name = "PlantEtlError";
}

/**
 * - `OPTION_INVALID`: invalid option
 * - `RECORDING_INVALID`: a line of a recording is not a response
 * - `ROW_REJECTED`: the database rejected a row of a batch, which the message names
 */
export type PlantEtlErrorCode = "OPTION_INVALID" | "RECORDING_INVALID" | "ROW_REJECTED";
