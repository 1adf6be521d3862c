import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AlertStore, ApplyOptions, Receiver } from "../ports.js";
import { buildDetail, buildFire, testNowMs } from "./builders.js";

export interface AlertStoreUnderTest {
  readonly store: AlertStore;
  /** Removes all alerts and deliveries, and makes the plants 1, 2 and 3 exist. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface AlertStoreContractOptions {
  readonly name: string;
  readonly make: () => Promise<AlertStoreUnderTest>;
}

const minute = 60_000;
const program: Receiver = { name: "webhook", sendsResolved: true };
const people: Receiver = { name: "mail", sendsResolved: false };

/** Declares tests of what every `AlertStore` does. */
export function alertStoreContract({ name, make }: AlertStoreContractOptions): void {
  describe(name, () => {
    let under: AlertStoreUnderTest;
    let store: AlertStore;
    let ids = 0;
    beforeAll(async () => {
      under = await make();
      store = under.store;
    });
    afterAll(() => under?.close());
    beforeEach(() => under.reset());

    const applyOptions = (atMs: number, receivers = [program, people]): ApplyOptions => ({
      atMs,
      receivers,
      resolvedDelayMs: 60 * minute,
      newId: () => {
        ids += 1;
        return `alert-${ids}`;
      },
    });
    const fire = async (plantId: number | null, atMs = testNowMs, receivers = [program, people]) => {
      await store.apply([buildFire(plantId)], applyOptions(atMs, receivers));
      const alert = (await store.alerts(0)).findLast((found) => found.plantId === plantId);
      if (alert === undefined) throw new Error("the alert was not stored");
      return alert;
    };
    const take = (atMs: number, notifiers = ["webhook", "mail"], limit = 100) =>
      store.take({ atMs, leaseUntilMs: atMs + 5 * minute, notifiers, limit });
    const eventsAt = async (atMs: number) =>
      (await take(atMs)).map(({ notifier, event }) => `${notifier} ${event}`).sort();

    test("apply stores a fired alert with its facts, and one delivery for each receiver", async () => {
      const alert = await fire(1);
      expect(alert).toEqual({
        alertId: alert.alertId,
        plantId: 1,
        detail: buildDetail(),
        startedMs: testNowMs - 60 * minute,
        firedMs: testNowMs,
        resolvedMs: null,
        acknowledgedMs: null,
      });
      const deliveries = await take(testNowMs);
      expect(deliveries.map(({ notifier }) => notifier)).toEqual(["webhook", "mail"]);
      for (const delivery of deliveries)
        expect(delivery).toMatchObject({
          key: `${alert.alertId}:fired`,
          event: "fired",
          alert,
          createdMs: testNowMs,
          attempts: 0,
        });
    });

    test("apply fires once a plant and rule, also without a plant, and by two at once", async () => {
      for (const plantId of [1, null]) {
        await store.apply([buildFire(plantId), buildFire(plantId)], applyOptions(testNowMs));
        await Promise.all([
          store.apply([buildFire(plantId)], applyOptions(testNowMs + 1)),
          store.apply([buildFire(plantId)], applyOptions(testNowMs + 1)),
        ]);
      }
      expect((await store.alerts(0)).map(({ plantId }) => plantId)).toEqual(
        expect.arrayContaining([1, null]),
      );
      expect(await store.alerts(0)).toHaveLength(2);
      expect(await take(testNowMs + 1)).toHaveLength(4);
    });

    test("apply fires other plants and other rules beside", async () => {
      const silent = { rule: "silent", lastReadingMs: null, sensorFault: true } as const;
      await store.apply([buildFire(1), buildFire(2), buildFire(1, silent)], applyOptions(testNowMs));
      expect((await store.alerts(0)).map(({ plantId, detail }) => [plantId, detail.rule]).sort()).toEqual([
        [1, "not-watered"],
        [1, "silent"],
        [2, "not-watered"],
      ]);
    });

    test("apply of update replaces the facts and adds no delivery", async () => {
      const { alertId } = await fire(1);
      await take(testNowMs);
      const detail = buildDetail({ soilMoisture: 2 });
      await store.apply([{ kind: "update", alertId, detail }], applyOptions(testNowMs + minute));
      expect((await store.alerts(0))[0]).toMatchObject({ detail, firedMs: testNowMs });
      expect(await take(testNowMs + minute)).toEqual([]);
    });

    test("apply of resolve is sent after the delay, only by notifiers that send it, and once", async () => {
      const { alertId } = await fire(1);
      await take(testNowMs);
      await store.markDelivered(
        (await take(testNowMs + 5 * minute)).map(({ deliveryId }) => deliveryId),
        testNowMs,
      );
      const at = testNowMs + 10 * minute;
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(at));
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(at + minute));
      expect((await store.alerts(at))[0]).toMatchObject({ alertId, resolvedMs: at, ending: "over" });
      expect(await store.alerts(at + 1)).toEqual([]);
      expect(await eventsAt(at + 60 * minute - 1)).toEqual([]);
      expect(await eventsAt(at + 60 * minute)).toEqual(["webhook resolved"]);
    });

    test("apply of resolve keeps how the alert ended, until it reopens", async () => {
      const { alertId } = await fire(1);
      const at = testNowMs + minute;
      await store.apply([{ kind: "resolve", alertId, ending: "away" }], applyOptions(at));
      const [resolved] = await store.alerts(at);
      expect(resolved).toMatchObject({ ending: "away", detail: buildDetail() });
      await store.apply([{ kind: "reopen", alertId, detail: buildDetail() }], applyOptions(at + 1));
      expect((await store.alerts(at))[0]).not.toHaveProperty("ending");
    });

    test("apply of reopen makes the alert fire again, and withdraws the resolved that was not sent", async () => {
      const { alertId } = await fire(1);
      const at = testNowMs + 10 * minute;
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(at));
      const detail = buildDetail({ soilMoisture: 1 });
      await store.apply([{ kind: "reopen", alertId, detail }], applyOptions(at + minute));
      expect(await store.alerts(at + 60 * minute)).toEqual([
        expect.objectContaining({ alertId, detail, resolvedMs: null }),
      ]);
      expect(await eventsAt(at + 120 * minute)).toEqual(["mail fired", "webhook fired"]);
      // And it can be resolved again.
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(at + 3 * minute));
      expect(await eventsAt(at + 180 * minute)).toEqual(["mail fired", "webhook fired", "webhook resolved"]);
    });

    test("apply of reopen does nothing beside a newer alert of the plant and rule", async () => {
      const { alertId } = await fire(1);
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(testNowMs + 1));
      const newer = await fire(1, testNowMs + 2);
      await store.apply([{ kind: "reopen", alertId, detail: buildDetail() }], applyOptions(testNowMs + 3));
      expect((await store.alerts(testNowMs + 3)).map((alert) => alert.alertId)).toEqual([newer.alertId]);
    });

    test("apply of reopen fires a new alert if somebody was told, or is being told, that it is over", async () => {
      for (const moment of ["taken", "delivered"] as const) {
        await under.reset();
        const { alertId } = await fire(1, testNowMs, [program]);
        await store.markDelivered(
          (await take(testNowMs)).map(({ deliveryId }) => deliveryId),
          testNowMs,
        );
        const options = applyOptions(testNowMs + 1, [program]);
        await store.apply([{ kind: "resolve", alertId, ending: "over" }], options);
        const at = testNowMs + 1 + options.resolvedDelayMs;
        const [told] = await take(at);
        expect(told?.key).toBe(`${alertId}:resolved`);
        if (moment === "delivered") await store.markDelivered([told?.deliveryId ?? -1], at);
        const detail = buildDetail({ soilMoisture: 1 });
        await store.apply([{ kind: "reopen", alertId, detail }], applyOptions(at + 1, [program]));
        const [alert, ...others] = await store.alerts(at + 1);
        expect(others).toEqual([]);
        expect(alert).toMatchObject({ plantId: 1, detail, firedMs: at + 1, resolvedMs: null });
        expect(alert?.alertId).not.toBe(alertId);
        expect((await take(at + 1)).map(({ key }) => key)).toEqual([`${alert?.alertId}:fired`]);
      }
    });

    test("apply changes nothing that is newer than the check", async () => {
      const { alertId } = await fire(1, testNowMs);
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(testNowMs - 1));
      expect((await store.alerts(0))[0]?.resolvedMs).toBeNull();
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(testNowMs + 10));
      await store.apply([buildFire(1)], applyOptions(testNowMs + 5));
      expect(await store.alerts(0)).toHaveLength(1);
    });

    test("deleteResolved deletes old alerts with their deliveries, and none that fires", async () => {
      const first = await fire(1);
      const second = await fire(2);
      await fire(3);
      await store.apply(
        [{ kind: "resolve", alertId: first.alertId, ending: "over" }],
        applyOptions(testNowMs + 1),
      );
      await store.apply(
        [{ kind: "resolve", alertId: second.alertId, ending: "over" }],
        applyOptions(testNowMs + 2),
      );
      await store.deleteResolved(testNowMs + 1);
      expect((await store.alerts(0)).map(({ plantId }) => plantId).sort()).toEqual([2, 3]);
      const left = await take(testNowMs + 1_000 * minute);
      expect(left.filter(({ alert }) => alert.plantId === 1)).toEqual([]);
    });

    test("apply ignores an alert that does not exist", async () => {
      const detail = buildDetail();
      await store.apply(
        [
          { kind: "resolve", alertId: "no such alert", ending: "over" },
          { kind: "update", alertId: "no such alert", detail },
          { kind: "reopen", alertId: "no such alert", detail },
        ],
        applyOptions(testNowMs),
      );
      expect(await store.alerts(0)).toEqual([]);
    });

    test("acknowledge marks an alert that fires, once", async () => {
      const { alertId } = await fire(1);
      expect(await store.acknowledge(alertId, testNowMs + 1)).toBe(true);
      expect(await store.acknowledge(alertId, testNowMs + 2)).toBe(true);
      expect((await store.alerts(0))[0]?.acknowledgedMs).toBe(testNowMs + 1);
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(testNowMs + 3));
      expect(await store.acknowledge(alertId, testNowMs + 4)).toBe(false);
      expect(await store.acknowledge("no such alert", testNowMs)).toBe(false);
    });

    test("remind adds one reminder for an alert that is old and not acknowledged", async () => {
      const first = await fire(1);
      const second = await fire(2);
      await fire(3, testNowMs + minute);
      await store.acknowledge(second.alertId, testNowMs);
      await store.markDelivered(
        (await take(testNowMs + minute)).map(({ deliveryId }) => deliveryId),
        testNowMs,
      );
      const options = { atMs: testNowMs + 2 * minute, receivers: [program, people] };
      await store.remind(testNowMs, options);
      await store.remind(testNowMs, options);
      const reminders = await take(testNowMs + 2 * minute);
      expect(reminders.map(({ key }) => key)).toEqual([
        `${first.alertId}:reminded`,
        `${first.alertId}:reminded`,
      ]);
    });

    test("take leases: what is taken is due again when the lease ends, with the same key", async () => {
      await fire(1, testNowMs, [program]);
      const [first] = await take(testNowMs);
      expect(await take(testNowMs + 5 * minute - 1)).toEqual([]);
      expect((await take(testNowMs + 5 * minute))[0]).toEqual(first);
    });

    test("take by two at once gives each delivery to one of them", async () => {
      await store.apply([buildFire(1), buildFire(2), buildFire(3)], applyOptions(testNowMs));
      const [first, second] = await Promise.all([take(testNowMs), take(testNowMs)]);
      expect(first.length + second.length).toBe(6);
    });

    test("take returns the oldest first, within the limit, for the named notifiers only", async () => {
      const first = await fire(1);
      await fire(2, testNowMs + 1);
      expect((await take(testNowMs + 1, ["mail"], 1)).map(({ key }) => key)).toEqual([
        `${first.alertId}:fired`,
      ]);
      expect(await take(testNowMs + 1, ["mail"])).toHaveLength(1);
      expect(await take(testNowMs + 1, [])).toEqual([]);
      expect(await take(testNowMs + 1, ["webhook"])).toHaveLength(2);
    });

    test("take holds back the end of an alert until its begin is delivered or given up", async () => {
      const { alertId } = await fire(1, testNowMs, [program]);
      const [fired] = await take(testNowMs);
      const options = { ...applyOptions(testNowMs + 1, [program]), resolvedDelayMs: 0 };
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], options);
      await store.markFailed([fired?.deliveryId ?? -1], "no", testNowMs + 60 * minute);
      expect(await take(testNowMs + 59 * minute)).toEqual([]);
      expect((await take(testNowMs + 60 * minute)).map(({ event }) => event)).toEqual(["fired", "resolved"]);
      await store.markFailed([fired?.deliveryId ?? -1], "no", null);
      expect((await take(testNowMs + 120 * minute)).map(({ event }) => event)).toEqual(["resolved"]);
    });

    test("markFailed counts the attempts, and null gives up", async () => {
      await fire(1, testNowMs, [program]);
      const [delivery] = await take(testNowMs);
      const id = delivery?.deliveryId ?? -1;
      await store.markFailed([id], "x".repeat(10_000), testNowMs + minute);
      expect(await take(testNowMs + minute - 1)).toEqual([]);
      expect(await take(testNowMs + minute)).toEqual([{ ...delivery, attempts: 1 }]);
      await store.markFailed([id], "no", null);
      expect(await take(testNowMs + 10_000 * minute)).toEqual([]);
    });

    test("lastDelivery is the newest one", async () => {
      expect(await store.lastDelivery()).toBeNull();
      await fire(1);
      const [first, second] = await take(testNowMs);
      await store.markDelivered([first?.deliveryId ?? -1], testNowMs + 2);
      await store.markDelivered([second?.deliveryId ?? -1], testNowMs + 1);
      expect(await store.lastDelivery()).toEqual({ atMs: testNowMs + 2, notifier: "webhook" });
      expect(await take(testNowMs + 100 * minute)).toEqual([]);
    });

    test("alerts keeps any text and number of the facts", async () => {
      const detail = buildDetail({ soilMoisture: -12.3456789012345, usualMs: null });
      await store.apply([buildFire(1, detail)], applyOptions(testNowMs));
      expect((await store.alerts(0))[0]?.detail).toEqual(detail);
    });
  });
}
