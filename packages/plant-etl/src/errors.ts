import { PlantError } from "@lmnh/plant-schema/model";

/** An error of this package: `code` is for programs, and `message` names the place and the value. */
export class PlantEtlError extends PlantError<PlantEtlErrorCode> {
  override readonly name = "PlantEtlError";
}

/**
 * - `ADAPTER_INVALID`: a source, transform or store of your own breaks a rule of its port, which the message names
 * - `OPTION_INVALID`: invalid option
 * - `RECORDING_INVALID`: a line of a recording is not a response
 * - `ROW_REJECTED`: the database rejected a row of a batch, which the message names
 */
export type PlantEtlErrorCode = "ADAPTER_INVALID" | "OPTION_INVALID" | "RECORDING_INVALID" | "ROW_REJECTED";
