import type { Origin } from "@lmnh/plant-schema";
import type { PhoneStyle } from "../phone.js";

/** All that distinguishes one version of the API from the others. */
export interface VersionSpec {
  /** Plant 8 is at `${basePath}/8`. */
  readonly basePath: string;
  /** Whether `/` and the base path return the number of plants on display. */
  readonly hasIndex: boolean;
  readonly firstPlantId: number;
  /** This many botanists share all the plants; Infinity: each plant keeps its own. */
  readonly maxBotanists: number;
  /** Milliseconds. Requests within one step get the same reading. */
  readonly timeResolutionMs: number;
  /** `microseconds`, 0 to 999, are the digits below the millisecond. */
  readonly formatRecordingTaken: (ms: number, microseconds: number) => string;
  readonly formatLastWatered: (ms: number) => string;
  readonly formatOrigin: (origin: Origin) => unknown;
  readonly phone: PhoneStyle;
  /** Whether image URLs carry a signature that is new in each response. */
  readonly signsImageUrls: boolean;
  /** Keys of a plant with a scientific name that other versions do not have. */
  readonly extraKeys: Readonly<Record<string, unknown>>;
}
