import type { BodyEncoding, Notice, Rejection } from "../batch.js";

/** The notices of one kind about one plant on one day: times of the first and the last. */
export interface NoticeRow {
  /** Id of the plant in the museum's API: 0…2,147,483,647. */
  readonly plantId: number;
  /** A `NoticeKind`. */
  readonly kind: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly noticeDate: string;
  /** ISO 8601, UTC, milliseconds; on `noticeDate`. */
  readonly firstNoticed: string;
  /** As `firstNoticed`, and not before it. */
  readonly lastNoticed: string;
}

/**
 * One row per plant, kind and UTC day, because a notice recurs every minute. Merging spans is commutative and idempotent, so
 * loading a batch twice changes nothing.
 */
export function toNoticeRows(notices: readonly Notice[]): NoticeRow[] {
  const rows = new Map<string, NoticeRow>();
  for (const { plantId, kind, noticedAt } of notices) {
    const noticeDate = noticedAt.slice(0, 10);
    const key = `${plantId} ${kind} ${noticeDate}`;
    const { firstNoticed = noticedAt, lastNoticed = noticedAt } = rows.get(key) ?? {};
    rows.set(key, {
      plantId,
      kind,
      noticeDate,
      firstNoticed: noticedAt < firstNoticed ? noticedAt : firstNoticed,
      lastNoticed: noticedAt > lastNoticed ? noticedAt : lastNoticed,
    });
  }
  return [...rows.values()];
}

/** A rejection as `plant_rejection` stores it. */
export interface RejectionRow {
  /** Id of the plant in the museum's API: 0…2,147,483,647. */
  readonly plantId: number;
  /** ISO 8601, UTC, milliseconds. */
  readonly receivedAt: string;
  /** Status of the response. */
  readonly httpStatus: number;
  /** 1 if there is no valid reading, 0 if only a detail is invalid. */
  readonly readingRejected: 0 | 1;
  /** The list of `ValidationIssue` as JSON. */
  readonly issues: string;
  /** As in `Rejection`. */
  readonly body: string;
  /** As in `Rejection`. */
  readonly bodyEncoding: BodyEncoding;
  /** As in `Rejection`. */
  readonly bodyBytes: number;
  /** As in `Rejection`; with `plantId` it identifies the row. */
  readonly digest: string;
}

/**
 * A rejected response is identified by its body, because each may contain a reading that a corrected schema accepts. A
 * rejection of details is identified by its issues, so that the same invalid detail every minute is one row.
 */
export function toRejectionRows(rejections: readonly Rejection[]): RejectionRow[] {
  const rows = new Map<string, RejectionRow>();
  for (const rejection of rejections) {
    const { plantId, receivedAt, httpStatus, readingRejected, issues, digest } = rejection;
    const key = `${plantId} ${digest}`;
    if (!rows.has(key))
      rows.set(key, {
        plantId,
        receivedAt,
        httpStatus,
        readingRejected: readingRejected ? 1 : 0,
        issues: JSON.stringify(issues),
        body: rejection.body,
        bodyEncoding: rejection.bodyEncoding,
        bodyBytes: rejection.bodyBytes,
        digest,
      });
  }
  return [...rows.values()];
}
