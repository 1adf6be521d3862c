import type { PlantDatabase } from "@lmnh/plant-schema";
import type { DatabaseSettings } from "./lambda-settings.js";

/** The kind of database that a Lambda can open. */
export interface DatabaseProvider {
  /** The problems of the settings, a line each. Called before anything is opened. */
  check(settings: DatabaseSettings): readonly string[];
  open(settings: DatabaseSettings, requestTimeoutMs: number): Promise<PlantDatabase>;
}
