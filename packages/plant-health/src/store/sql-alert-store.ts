import type { PlantTables } from "@lmnh/plant-schema";
import type { Kysely, Selectable, UpdateObject } from "kysely";
import type { Alert, AlertDetail, Transition } from "../model/alert.js";
import type { AlertEvent, AlertStore, ApplyOptions, Delivery, Receiver } from "../ports.js";
import { chunk } from "./chunk.js";
import {
  type HealthDatabase,
  instant,
  instantOrNull,
  reading,
  toMs,
  toMsOrNull,
  writing,
} from "./health-database.js";

/** The alerts and their outbox, in SQLite or SQL Server. */
export function sqlAlertStore(database: HealthDatabase): AlertStore {
  const at = (ms: number) => instant(database, ms);

  const addDeliveries = async (
    db: Kysely<PlantTables>,
    alertId: string,
    event: AlertEvent,
    createdMs: number,
    dueMs: number,
    receivers: readonly Receiver[],
  ) => {
    const present = await db
      .selectFrom("alert_delivery")
      .select("notifier")
      .where("alert_id", "=", alertId)
      .where("event", "=", event)
      .execute();
    const missing = receivers.filter(({ name }) => !present.some(({ notifier }) => notifier === name));
    if (missing.length === 0) return;
    await db
      .insertInto("alert_delivery")
      .values(
        missing.map(({ name }) => ({
          alert_id: alertId,
          event,
          notifier: name,
          created_at: at(createdMs),
          due_at: at(dueMs),
        })),
      )
      .execute();
  };

  /** Whether an alert fires, or has fired or ended after this instant: an evaluation from before it must not change it. */
  const hasNewer = async (db: Kysely<PlantTables>, plantId: number | null, rule: string, atMs: number) =>
    (await db
      .selectFrom("plant_alert")
      .select("alert_id")
      .where("plant_id", plantId === null ? "is" : "=", plantId)
      .where("rule_name", "=", rule)
      .where(({ or, eb }) =>
        or([eb("resolved_at", "is", null), eb("fired_at", ">", at(atMs)), eb("resolved_at", ">", at(atMs))]),
      )
      .executeTakeFirst()) !== undefined;

  const insertAlert = async (
    db: Kysely<PlantTables>,
    { plantId, detail, startedMs }: Omit<Extract<Transition, { kind: "fire" }>, "kind">,
    { atMs, receivers, newId }: ApplyOptions,
  ) => {
    const alertId = newId();
    await db
      .insertInto("plant_alert")
      .values({
        alert_id: alertId,
        plant_id: plantId,
        rule_name: detail.rule,
        started_at: at(startedMs),
        fired_at: at(atMs),
        resolved_at: null,
        acknowledged_at: null,
        detail: JSON.stringify(detail),
      })
      .execute();
    await addDeliveries(db, alertId, "fired", atMs, atMs, receivers);
  };

  /** Whether `resolved` was sent, or is being sent. */
  const isResolutionSent = async (db: Kysely<PlantTables>, alertId: string, resolvedDelayMs: number) => {
    const deliveries = await db
      .selectFrom("alert_delivery")
      .select(["created_at", "due_at", "delivered_at"])
      .where("alert_id", "=", alertId)
      .where("event", "=", "resolved")
      .execute();
    // A delivery that was taken is due again later than it was at first.
    return deliveries.some(
      ({ created_at, due_at, delivered_at }) =>
        delivered_at !== null || due_at === null || toMs(due_at) - toMs(created_at) > resolvedDelayMs,
    );
  };

  const find = async (db: Kysely<PlantTables>, alertId: string) =>
    await db
      .selectFrom("plant_alert")
      .select(["plant_id", "rule_name", "fired_at", "resolved_at", "detail"])
      .where("alert_id", "=", alertId)
      .executeTakeFirst();

  const applyOne = async (db: Kysely<PlantTables>, transition: Transition, options: ApplyOptions) => {
    const { atMs, receivers, resolvedDelayMs } = options;
    if (transition.kind === "fire") {
      const { plantId, detail } = transition;
      if (await hasNewer(db, plantId, detail.rule, atMs)) return;
      await insertAlert(db, transition, options);
      return;
    }
    const { alertId } = transition;
    const stored = await find(db, alertId);
    if (stored === undefined || toMs(stored.fired_at) > atMs) return;
    const fires = stored.resolved_at === null;
    switch (transition.kind) {
      case "update":
        if (fires) await setAlert(db, alertId, { detail: JSON.stringify(transition.detail) });
        return;
      case "reopen":
        if (fires || (await hasNewer(db, stored.plant_id, stored.rule_name, atMs))) return;
        if (await isResolutionSent(db, alertId, resolvedDelayMs)) {
          const { detail } = transition;
          await insertAlert(db, { plantId: stored.plant_id, detail, startedMs: atMs }, options);
          return;
        }
        await setAlert(db, alertId, { resolved_at: null, detail: JSON.stringify(transition.detail) });
        await db
          .deleteFrom("alert_delivery")
          .where("alert_id", "=", alertId)
          .where("event", "=", "resolved")
          .where("delivered_at", "is", null)
          .execute();
        return;
      case "resolve":
        if (!fires) return;
        await setAlert(db, alertId, {
          resolved_at: at(atMs),
          detail: JSON.stringify({ ...JSON.parse(stored.detail), ending: transition.ending }),
        });
        await addDeliveries(
          db,
          alertId,
          "resolved",
          atMs,
          atMs + resolvedDelayMs,
          receivers.filter(({ sendsResolved }) => sendsResolved),
        );
    }
  };

  return {
    async alerts(resolvedSinceMs) {
      const rows = await reading(database, (db) =>
        db
          .selectFrom("plant_alert")
          .selectAll()
          .where((where) =>
            where.or([where("resolved_at", "is", null), where("resolved_at", ">=", at(resolvedSinceMs))]),
          )
          .orderBy("fired_at")
          .orderBy("alert_id")
          .execute(),
      );
      return rows.map(toAlert);
    },

    apply: (transitions, options) =>
      writing(database, async (db) => {
        for (const transition of transitions) await applyOne(db, transition, options);
      }),

    deleteResolved: (resolvedUntilMs) =>
      writing(database, async (db) => {
        const old = db
          .selectFrom("plant_alert")
          .select("alert_id")
          .where("resolved_at", "<=", at(resolvedUntilMs));
        await db.deleteFrom("alert_delivery").where("alert_id", "in", old).execute();
        await db.deleteFrom("plant_alert").where("resolved_at", "<=", at(resolvedUntilMs)).execute();
      }),

    acknowledge: (alertId, atMs) =>
      writing(database, async (db) => {
        const stored = await db
          .selectFrom("plant_alert")
          .select("acknowledged_at")
          .where("alert_id", "=", alertId)
          .where("resolved_at", "is", null)
          .executeTakeFirst();
        if (stored?.acknowledged_at === null) await setAlert(db, alertId, { acknowledged_at: at(atMs) });
        return stored !== undefined;
      }),

    remind: (firedUntilMs, { atMs, receivers }) =>
      writing(database, async (db) => {
        const due = await db
          .selectFrom("plant_alert")
          .select("alert_id")
          .where("resolved_at", "is", null)
          .where("acknowledged_at", "is", null)
          .where("fired_at", "<=", at(firedUntilMs))
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom("alert_delivery")
                  .select("alert_delivery.alert_id")
                  .whereRef("alert_delivery.alert_id", "=", "plant_alert.alert_id")
                  .where("event", "=", "reminded"),
              ),
            ),
          )
          .orderBy("fired_at")
          .execute();
        for (const { alert_id } of due) await addDeliveries(db, alert_id, "reminded", atMs, atMs, receivers);
      }),

    take: ({ atMs, leaseUntilMs, notifiers, limit }) =>
      writing(database, async (db) => {
        if (notifiers.length === 0) return [];
        const rows = await db
          .selectFrom("alert_delivery")
          .innerJoin("plant_alert", "plant_alert.alert_id", "alert_delivery.alert_id")
          .selectAll("plant_alert")
          .select(["alert_delivery_id", "event", "notifier", "created_at", "attempts"])
          .where("due_at", "<=", at(atMs))
          .where("notifier", "in", notifiers)
          // A receiver that learns of the end first would keep the alert open.
          .where(({ not, exists, selectFrom, ref }) =>
            not(
              exists(
                selectFrom("alert_delivery as earlier")
                  .select("earlier.alert_delivery_id")
                  .whereRef("earlier.alert_id", "=", "alert_delivery.alert_id")
                  .whereRef("earlier.notifier", "=", "alert_delivery.notifier")
                  .where("earlier.alert_delivery_id", "<", ref("alert_delivery.alert_delivery_id"))
                  .where("earlier.due_at", ">", at(atMs)),
              ),
            ),
          )
          .orderBy("alert_delivery_id")
          .$call((query) => limits[database.dialect](query, limit))
          .execute();
        const deliveries = rows.map(toDelivery);
        for (const ids of chunk(deliveries, idsPerStatement))
          await db
            .updateTable("alert_delivery")
            .set({ due_at: at(leaseUntilMs) })
            .where(
              "alert_delivery_id",
              "in",
              ids.map(({ deliveryId }) => deliveryId),
            )
            .execute();
        return deliveries;
      }),

    markDelivered: (deliveryIds, atMs) =>
      writing(database, async (db) => {
        for (const ids of chunk(deliveryIds, idsPerStatement))
          await db
            .updateTable("alert_delivery")
            .set({ delivered_at: at(atMs), due_at: null, reason: null })
            .where("alert_delivery_id", "in", ids)
            .execute();
      }),

    markFailed: (deliveryIds, reason, retryAtMs) =>
      writing(database, async (db) => {
        for (const ids of chunk(deliveryIds, idsPerStatement))
          await db
            .updateTable("alert_delivery")
            .set(({ eb }) => ({
              attempts: eb("attempts", "+", 1),
              reason: reason.slice(0, maxReasonLength),
              due_at: instantOrNull(database, retryAtMs),
            }))
            .where("alert_delivery_id", "in", ids)
            .where("delivered_at", "is", null)
            .execute();
      }),

    async lastDelivery() {
      const row = await reading(database, (db) =>
        db
          .selectFrom("alert_delivery")
          .select(["delivered_at", "notifier"])
          .where("delivered_at", "is not", null)
          .orderBy("delivered_at", "desc")
          .orderBy("alert_delivery_id", "desc")
          .$call((query) => limits[database.dialect](query, 1))
          .executeTakeFirst(),
      );
      const atMs = toMsOrNull(row?.delivered_at ?? null);
      return row === undefined || atMs === null ? null : { atMs, notifier: row.notifier };
    },
  };
}

const idsPerStatement = 500;
/** The size of the column. */
const maxReasonLength = 400;

interface Limited<Query> {
  limit(rows: number): Query;
  top(rows: number): Query;
}

const limits: Readonly<
  Record<HealthDatabase["dialect"], <Query extends Limited<Query>>(query: Query, rows: number) => Query>
> = {
  sqlite: (query, rows) => query.limit(rows),
  mssql: (query, rows) => query.top(rows),
};

async function setAlert(
  db: Kysely<PlantTables>,
  alertId: string,
  changes: UpdateObject<PlantTables, "plant_alert">,
) {
  await db.updateTable("plant_alert").set(changes).where("alert_id", "=", alertId).execute();
}

/** How an alert ended is stored with its facts. */
type StoredDetail = AlertDetail & Pick<Alert, "ending">;

type AlertRow = Selectable<PlantTables["plant_alert"]>;

function toAlert(row: AlertRow): Alert {
  const { ending, ...detail } = JSON.parse(row.detail) as StoredDetail;
  return {
    alertId: row.alert_id,
    plantId: row.plant_id,
    detail,
    ...(row.resolved_at === null || ending === undefined ? {} : { ending }),
    startedMs: toMs(row.started_at),
    firedMs: toMs(row.fired_at),
    resolvedMs: toMsOrNull(row.resolved_at),
    acknowledgedMs: toMsOrNull(row.acknowledged_at),
  };
}

type DeliveryRow = AlertRow &
  Pick<
    Selectable<PlantTables["alert_delivery"]>,
    "alert_delivery_id" | "event" | "notifier" | "created_at" | "attempts"
  >;

function toDelivery(row: DeliveryRow): Delivery {
  return {
    // A BIGINT of SQL Server is text.
    deliveryId: Number(row.alert_delivery_id),
    key: `${row.alert_id}:${row.event}`,
    event: row.event as AlertEvent,
    notifier: row.notifier,
    alert: toAlert(row),
    createdMs: toMs(row.created_at),
    attempts: row.attempts,
  };
}
