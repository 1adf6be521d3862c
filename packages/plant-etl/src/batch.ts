import type { Plant } from "@lmnh/plant-schema/model";
import type { ValidationIssue } from "./validation-issue.js";

/** The output of transform and the input of load: one transaction. */
export interface Batch<R extends BaseReading = Reading> {
  /** Descriptions of plants, before the readings that refer to them; several of one plant are allowed. */
  readonly plants: readonly Plant[];
  /** Valid readings, in any order. */
  readonly readings: readonly R[];
  /** The API's own errors, one per response. */
  readonly notices: readonly Notice[];
  /** Invalid responses, and invalid details of valid ones. */
  readonly rejections: readonly Rejection[];
}

/** What every reading has, whatever its API measures. Numbers are finite. */
export interface BaseReading {
  /** Id of the plant in the museum's API: 0…2,147,483,647. */
  readonly plantId: number;
  /** ISO 8601, UTC, milliseconds. With `plantId` it identifies the reading. */
  readonly recordingTaken: string;
  /** Sum of the bits of `QualityFlag`; 0 for a reading without flags. */
  readonly qualityFlag: number;
}

/** One measurement of one plant of the museum, as the tables of `@lmnh/plant-schema` store it. */
export interface Reading extends BaseReading {
  /** Percent, as measured. */
  readonly soilMoisture: number;
  /** Degrees Celsius, as measured. */
  readonly temperature: number;
  /** ISO 8601, UTC, milliseconds; `null` if the response has no valid time. */
  readonly lastWatered: string | null;
}

/** An error of the API in place of a reading. */
export interface Notice {
  /** Id of the plant in the museum's API: 0…2,147,483,647. */
  readonly plantId: number;
  /** Which of its errors the API returned. */
  readonly kind: NoticeKind;
  /** ISO 8601, UTC, milliseconds. */
  readonly noticedAt: string;
}

/**
 * An error that the API reports about one plant: there is no such plant, it is on loan to another museum, or its sensor
 * is broken.
 */
export type NoticeKind = "not_found" | "on_loan" | "sensor_fault";

/** How a stored body is written: as its text, or in base64 for bytes that are not text. */
export type BodyEncoding = "text" | "base64";

/** A response that violates the schema, or a part of one, with everything needed to transform it again. */
export interface Rejection {
  /** Id of the plant in the museum's API: 0…2,147,483,647. */
  readonly plantId: number;
  /** ISO 8601, UTC, milliseconds. */
  readonly receivedAt: string;
  /** Status of the response, 200 included. */
  readonly httpStatus: number;
  /** `false`: the reading is valid and loaded, only a detail of the plant is invalid. */
  readonly readingRejected: boolean;
  /** Every problem found. */
  readonly issues: readonly ValidationIssue[];
  /**
   * The raw body: its text, or its bytes in base64 if they are not text. A longer body is cut to its first 65,536 UTF-16
   * code units, which the last issue states.
   */
  readonly body: string;
  /** How `body` is written. */
  readonly bodyEncoding: BodyEncoding;
  /** Size of the body in bytes (of text, in UTF-8) as far as the source read it, before it was cut. */
  readonly bodyBytes: number;
  /** SHA-256, hex: of the body as far as it was read, or of the issues if the reading is valid. */
  readonly digest: string;
}
