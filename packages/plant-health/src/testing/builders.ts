import type { Alert, AlertDetail, Transition } from "../model/alert.js";
import type { DayProfile } from "../model/day-profile.js";
import { slotsPerDay } from "../model/day-profile.js";

/** 2026-03-01T12:00:00Z, the present of the contract suites. */
export const testNowMs = Date.UTC(2026, 2, 1, 12);

/** The facts of an alert of the rule `not-watered`, with changes. */
export function buildDetail(
  changes: Partial<Extract<AlertDetail, { rule: "not-watered" }>> = {},
): AlertDetail {
  return {
    rule: "not-watered",
    lastWateredMs: testNowMs - 26 * 3_600_000,
    limitMs: 26 * 3_600_000,
    usualMs: 24 * 3_600_000,
    soilMoisture: 14.5,
    dryingPerHour: 3,
    ...changes,
  };
}

/** A transition that fires an alert whose condition has held for an hour at `testNowMs`. */
export function buildFire(
  plantId: number | null,
  detail: AlertDetail = buildDetail(),
): Extract<Transition, { kind: "fire" }> {
  return { kind: "fire", plantId, startedMs: testNowMs - 3_600_000, detail };
}

/** An alert of plant 1 that fires, with changes. */
export function buildAlert(changes: Partial<Alert> = {}): Alert {
  return {
    alertId: "alert-1",
    plantId: 1,
    detail: buildDetail(),
    startedMs: testNowMs - 3_600_000,
    firedMs: testNowMs,
    resolvedMs: null,
    acknowledgedMs: null,
    ...changes,
  };
}

/** A profile of one plant and day (`YYYY-MM-DD`, UTC), with changes. */
export function buildProfile(plantId: number, day: string, changes: Partial<DayProfile> = {}): DayProfile {
  return {
    plantId,
    day,
    soilMoisture: Array.from({ length: slotsPerDay }, (_, slot) => (slot === 3 ? null : 90.25 - slot)),
    temperature: Array.from({ length: slotsPerDay }, (_, slot) => 9.5 + slot / 10),
    waterings: [{ atMs: Date.parse(`${day}T13:00:01.000Z`), intervalMs: null, trough: 21.5, peak: 98.75 }],
    ...changes,
  };
}
