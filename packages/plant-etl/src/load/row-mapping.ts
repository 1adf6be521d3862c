import type { BodyEncoding, Notice, Rejection } from "../batch.js";

/** A day's notices of one kind about one plant: when the first and the last of them came. */
export interface NoticeRow {
  readonly plantId: number;
  readonly kind: string;
  readonly noticeDate: string;
  readonly firstNoticed: string;
  readonly lastNoticed: string;
}

/**
 * One row a plant, kind and UTC day. Widening a span from both ends comes to the same in any order and any number of
 * times, so a batch that is loaded twice changes nothing, and "on loan" said every minute is one fact a day.
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
 * A refused answer is known by its body: each may hold a reading that a mended contract can still read. A refused
 * detail is known by its issues: its reading is safe, and the same bad address every minute is one row.
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
