import type { Plant } from "@lmnh/plant-schema";
import type { ValidationIssue } from "./validation-issue.js";

/** What transform makes and load takes: one transaction. */
export interface Batch {
  readonly plants: readonly Plant[];
  readonly readings: readonly Reading[];
  readonly notices: readonly Notice[];
  readonly rejections: readonly Rejection[];
}

/** One measurement of one plant. */
export interface Reading {
  readonly plantId: number;
  /** ISO 8601, UTC, milliseconds. With `plantId` it names the reading. */
  readonly recordingTaken: string;
  /** Percent, as the sensor said. */
  readonly soilMoisture: number;
  /** Degrees Celsius, as the sensor said. */
  readonly temperature: number;
  /** ISO 8601, UTC, milliseconds; `null` where the answer did not say it in a way that can be read. */
  readonly lastWatered: string | null;
  /** Sum of the bits of `QualityFlag`; 0 is a reading with nothing to remark. */
  readonly qualityFlag: number;
}

/** What the API said instead of a reading. */
export interface Notice {
  readonly plantId: number;
  readonly kind: NoticeKind;
  /** ISO 8601, UTC, milliseconds. */
  readonly noticedAt: string;
}

export type NoticeKind = "not_found" | "on_loan" | "sensor_fault";

export type BodyEncoding = "text" | "base64";

/** An answer, or a part of one, that breaks the contract, with everything needed to try it again. */
export interface Rejection {
  readonly plantId: number;
  /** ISO 8601, UTC, milliseconds. */
  readonly receivedAt: string;
  readonly httpStatus: number;
  /** `false`: the reading is good and loaded, only a detail of the plant was refused. */
  readonly readingRejected: boolean;
  readonly issues: readonly ValidationIssue[];
  /**
   * The raw body: its text, or its bytes in base64 where they are not text. Of a longer one the first 65,536 UTF-16 code
   * units, and the last issue says so.
   */
  readonly body: string;
  readonly bodyEncoding: BodyEncoding;
  /** Size of the body in bytes, in UTF-8 where it is text, as far as the source read it and before it was cut. */
  readonly bodyBytes: number;
  /** SHA-256, hex: of the body as far as it was read, or of the issues where the reading is good. */
  readonly digest: string;
}
