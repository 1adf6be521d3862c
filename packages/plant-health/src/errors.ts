import { PlantError } from "@lmnh/plant-schema";

/**
 * - `OPTION_INVALID`: invalid value of an option
 * - `DELIVERY_FAILED`: a receiver did not accept a message
 */
export type PlantHealthErrorCode = "OPTION_INVALID" | "DELIVERY_FAILED";

export class PlantHealthError extends PlantError<PlantHealthErrorCode> {
  override readonly name = "PlantHealthError";
}
