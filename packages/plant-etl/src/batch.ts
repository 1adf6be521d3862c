import type { Plant } from "@lmnh/plant-schema/model";
import type { ValidationIssue } from "./validation-issue.js";

/** The output of transform and the input of load: one transaction. */
export interface Batch<R extends BaseReading = Reading> {
  readonly plants: readonly Plant[];
  readonly readings: readonly R[];
  readonly notices: readonly Notice[];
  readonly rejections: readonly Rejection[];
}

/** What every reading has, whatever its API measures. Numbers are finite. */
export interface BaseReading {
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
  readonly plantId: number;
  readonly kind: NoticeKind;
  /** ISO 8601, UTC, milliseconds. */
  readonly noticedAt: string;
}

export type NoticeKind = "not_found" | "on_loan" | "sensor_fault";

export type BodyEncoding = "text" | "base64";

/** A response that violates the schema, or a part of one, with everything needed to transform it again. */
export interface Rejection {
  readonly plantId: number;
  /** ISO 8601, UTC, milliseconds. */
  readonly receivedAt: string;
  readonly httpStatus: number;
  /** `false`: the reading is valid and loaded, only a detail of the plant is invalid. */
  readonly readingRejected: boolean;
  readonly issues: readonly ValidationIssue[];
  /**
   * The raw body: its text, or its bytes in base64 if they are not text. A longer body is cut to its first 65,536 UTF-16
   * code units, which the last issue states.
   */
  readonly body: string;
  readonly bodyEncoding: BodyEncoding;
  /** Size of the body in bytes (of text, in UTF-8) as far as the source read it, before it was cut. */
  readonly bodyBytes: number;
  /** SHA-256, hex: of the body as far as it was read, or of the issues if the reading is valid. */
  readonly digest: string;
}
