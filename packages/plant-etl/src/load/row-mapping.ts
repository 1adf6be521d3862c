import type { BodyEncoding, Notice, Rejection } from "../batch.js";

/** The notices of one kind about one plant on one day: times of the first and the last. */
export interface NoticeRow {
  readonly plantId: number;
  readonly kind: string;
  readonly noticeDate: string;
  readonly firstNoticed: string;
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

export interface RejectionRow {
  readonly plantId: number;
  readonly receivedAt: string;
  readonly httpStatus: number;
  readonly readingRejected: 0 | 1;
  readonly issues: string;
  readonly body: string;
  readonly bodyEncoding: BodyEncoding;
  readonly bodyBytes: number;
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
