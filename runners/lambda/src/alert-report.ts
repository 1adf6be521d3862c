import type { Alert, FailedDelivery, HealthReport } from "@lmnh/plant-health";

/** What a check did, for logs: ids and rules, without people, places and readings. Times are ISO 8601, UTC. */
export interface AlertReport {
  readonly checkedAt: string;
  readonly plants: number;
  /** Alerts that fire after the check. */
  readonly firing: number;
  /** Of them, the newest, at most 50. */
  readonly alerts: readonly FiringAlert[];
  /** Alerts that this check has fired and ended. */
  readonly fired: number;
  readonly resolved: number;
  /** UTC days whose profiles were made. */
  readonly profiledDays: readonly string[];
  readonly delivery: {
    /** Events, not messages. */
    readonly delivered: number;
    readonly failed: readonly (Omit<FailedDelivery, "retryAtMs"> & {
      /** `null` if it is given up. */
      readonly retryAt: string | null;
    })[];
  };
}

interface FiringAlert {
  readonly alertId: string;
  /** `null` for an outage. */
  readonly plantId: number | null;
  readonly rule: Alert["detail"]["rule"];
  readonly firedAt: string;
  readonly acknowledged: boolean;
}

/** A line of CloudWatch Logs has at most 256 KB. */
const reportedAlerts = 50;

export function alertReport(report: HealthReport): AlertReport {
  const { checkedAt, plants, alerts, transitions, profiledDays, delivery } = report;
  const newest = [...alerts].sort((one, other) => other.firedMs - one.firedMs).slice(0, reportedAlerts);
  return {
    checkedAt,
    plants,
    firing: alerts.length,
    alerts: newest.map(({ alertId, plantId, detail, firedMs, acknowledgedMs }) => ({
      alertId,
      plantId,
      rule: detail.rule,
      firedAt: new Date(firedMs).toISOString(),
      acknowledged: acknowledgedMs !== null,
    })),
    fired: transitions.filter(({ kind }) => kind === "fire").length,
    resolved: transitions.filter(({ kind }) => kind === "resolve").length,
    profiledDays,
    delivery: {
      delivered: delivery.delivered,
      failed: delivery.failed.map(({ retryAtMs, ...failed }) => ({
        ...failed,
        retryAt: retryAtMs === null ? null : new Date(retryAtMs).toISOString(),
      })),
    },
  };
}
