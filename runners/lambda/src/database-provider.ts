import type { PlantDatabase } from "@lmnh/plant-schema";
import type { DatabaseSettings } from "./settings.js";

/** The kind of database that a Lambda can open. */
export interface DatabaseProvider {
  /** What about the settings cannot be, a line each: looked at before anything is opened. */
  check(settings: DatabaseSettings): readonly string[];
  open(settings: DatabaseSettings, requestTimeoutMs: number): Promise<PlantDatabase>;
}
