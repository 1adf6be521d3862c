import assert from "node:assert/strict";
import {
  assertEqual,
  assertMatches,
  type Closable,
  contractSuite,
  type TestRunner,
} from "@lmnh/plant-schema/testing";
import type { Alert } from "../model/alert.js";
import type { AlertStore, ApplyOptions, Receiver } from "../ports.js";
import { buildDetail, buildFire, testNowMs } from "./builders.js";

/** A store that a test of the contract has opened. */
export interface AlertStoreUnderTest extends Closable {
  /** A store with the plants 1, 2 and 3, and nothing else. */
  readonly store: AlertStore;
}

/** How the contract opens the store to test. */
export interface AlertStoreContractOptions {
  /** Name of the store, for the names of the tests. */
  readonly name: string;
  /** Opens a store without alerts, in which the plants 1, 2 and 3 exist. Called by each test. */
  readonly open: () => Promise<AlertStoreUnderTest>;
}

const minute = 60_000;
const program: Receiver = { name: "webhook", sendsResolved: true };
const people: Receiver = { name: "mail", sendsResolved: false };

type Tools = ReturnType<typeof toolsOf>;

function toolsOf(store: AlertStore) {
  let ids = 0;
  const applyOptions = (atMs: number, receivers = [program, people]): ApplyOptions => ({
    atMs,
    receivers,
    resolvedDelayMs: 60 * minute,
    newId: () => {
      ids += 1;
      return `alert-${ids}`;
    },
  });
  const take = (atMs: number, notifiers = ["webhook", "mail"], limit = 100) =>
    store.take({ atMs, leaseUntilMs: atMs + 5 * minute, notifiers, limit });
  return {
    store,
    applyOptions,
    take,
    async fire(plantId: number | null, atMs = testNowMs, receivers = [program, people]): Promise<Alert> {
      await store.apply([buildFire(plantId)], applyOptions(atMs, receivers));
      const alert = (await store.alerts(0)).findLast((found) => found.plantId === plantId);
      if (alert === undefined) throw new Error("the alert was not stored");
      return alert;
    },
    async eventsAt(atMs: number): Promise<string[]> {
      return (await take(atMs)).map(({ notifier, event }) => `${notifier} ${event}`).sort();
    },
  };
}

/** Declares a test of each rule of `AlertStore`. */
export function alertStoreContract(runner: TestRunner, { name, open }: AlertStoreContractOptions): void {
  contractSuite(runner, `${name}: contract of AlertStore`, open, (suite) => {
    const test = (title: string, run: (tools: Tools) => Promise<void>) =>
      suite.test(title, ({ store }) => run(toolsOf(store)));

    test("apply stores a fired alert with its facts, and one delivery for each receiver", async ({
      fire,
      take,
    }) => {
      const alert = await fire(1);
      assertEqual(alert, {
        alertId: alert.alertId,
        plantId: 1,
        detail: buildDetail(),
        startedMs: testNowMs - 60 * minute,
        firedMs: testNowMs,
        resolvedMs: null,
        acknowledgedMs: null,
      });
      const deliveries = await take(testNowMs);
      assertEqual(
        deliveries.map(({ notifier }) => notifier),
        ["webhook", "mail"],
      );
      for (const delivery of deliveries)
        assertMatches(delivery, {
          key: `${alert.alertId}:fired`,
          event: "fired",
          alert,
          createdMs: testNowMs,
          attempts: 0,
        });
    });

    test("apply fires once a plant and rule, also without a plant, and by two at once", async ({
      store,
      applyOptions,
      take,
    }) => {
      for (const plantId of [1, null]) {
        await store.apply([buildFire(plantId), buildFire(plantId)], applyOptions(testNowMs));
        await Promise.all([
          store.apply([buildFire(plantId)], applyOptions(testNowMs + 1)),
          store.apply([buildFire(plantId)], applyOptions(testNowMs + 1)),
        ]);
      }
      assertEqual(new Set((await store.alerts(0)).map(({ plantId }) => plantId)), new Set([1, null]));
      assert.equal((await store.alerts(0)).length, 2);
      assert.equal((await take(testNowMs + 1)).length, 4);
    });

    test("apply fires other plants and other rules beside", async ({ store, applyOptions }) => {
      const silent = { rule: "silent", lastReadingMs: null, sensorFault: true } as const;
      await store.apply([buildFire(1), buildFire(2), buildFire(1, silent)], applyOptions(testNowMs));
      assertEqual((await store.alerts(0)).map(({ plantId, detail }) => [plantId, detail.rule]).sort(), [
        [1, "not-watered"],
        [1, "silent"],
        [2, "not-watered"],
      ]);
    });

    test("apply of update replaces the facts and adds no delivery", async ({
      store,
      applyOptions,
      fire,
      take,
    }) => {
      const { alertId } = await fire(1);
      await take(testNowMs);
      const detail = buildDetail({ soilMoisture: 2 });
      await store.apply([{ kind: "update", alertId, detail }], applyOptions(testNowMs + minute));
      assertMatches((await store.alerts(0))[0], { detail, firedMs: testNowMs });
      assertEqual(await take(testNowMs + minute), []);
    });

    test("apply of resolve is sent after the delay, only by notifiers that send it, and once", async ({
      store,
      applyOptions,
      fire,
      take,
      eventsAt,
    }) => {
      const { alertId } = await fire(1);
      await take(testNowMs);
      await store.markDelivered(
        (await take(testNowMs + 5 * minute)).map(({ deliveryId }) => deliveryId),
        testNowMs,
      );
      const at = testNowMs + 10 * minute;
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(at));
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(at + minute));
      assertMatches((await store.alerts(at))[0], { alertId, resolvedMs: at, ending: "over" });
      assertEqual(await store.alerts(at + 1), []);
      assertEqual(await eventsAt(at + 60 * minute - 1), []);
      assertEqual(await eventsAt(at + 60 * minute), ["webhook resolved"]);
    });

    test("apply of resolve keeps how the alert ended, until it reopens", async ({
      store,
      applyOptions,
      fire,
    }) => {
      const { alertId } = await fire(1);
      const at = testNowMs + minute;
      await store.apply([{ kind: "resolve", alertId, ending: "away" }], applyOptions(at));
      const [resolved] = await store.alerts(at);
      assertMatches(resolved, { ending: "away", detail: buildDetail() });
      await store.apply([{ kind: "reopen", alertId, detail: buildDetail() }], applyOptions(at + 1));
      assert.equal((await store.alerts(at))[0]?.ending, undefined);
    });

    test("apply of reopen makes the alert fire again, and withdraws the resolved that was not sent", async ({
      store,
      applyOptions,
      fire,
      eventsAt,
    }) => {
      const { alertId } = await fire(1);
      const at = testNowMs + 10 * minute;
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(at));
      const detail = buildDetail({ soilMoisture: 1 });
      await store.apply([{ kind: "reopen", alertId, detail }], applyOptions(at + minute));
      assertMatches(await store.alerts(at + 60 * minute), [{ alertId, detail, resolvedMs: null }]);
      assertEqual(await eventsAt(at + 120 * minute), ["mail fired", "webhook fired"]);
      // And it can be resolved again.
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(at + 3 * minute));
      assertEqual(await eventsAt(at + 180 * minute), ["mail fired", "webhook fired", "webhook resolved"]);
    });

    test("apply of reopen does nothing beside a newer alert of the plant and rule", async ({
      store,
      applyOptions,
      fire,
    }) => {
      const { alertId } = await fire(1);
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(testNowMs + 1));
      const newer = await fire(1, testNowMs + 2);
      await store.apply([{ kind: "reopen", alertId, detail: buildDetail() }], applyOptions(testNowMs + 3));
      assertEqual(
        (await store.alerts(testNowMs + 3)).map((alert) => alert.alertId),
        [newer.alertId],
      );
    });

    for (const moment of ["taken", "delivered"] as const)
      test(`apply of reopen fires a new alert if the delivery of resolved was ${moment}`, async ({
        store,
        applyOptions,
        fire,
        take,
      }) => {
        const { alertId } = await fire(1, testNowMs, [program]);
        await store.markDelivered(
          (await take(testNowMs)).map(({ deliveryId }) => deliveryId),
          testNowMs,
        );
        const options = applyOptions(testNowMs + 1, [program]);
        await store.apply([{ kind: "resolve", alertId, ending: "over" }], options);
        const at = testNowMs + 1 + options.resolvedDelayMs;
        const [told] = await take(at);
        assert.equal(told?.key, `${alertId}:resolved`);
        if (moment === "delivered") await store.markDelivered([told?.deliveryId ?? -1], at);
        const detail = buildDetail({ soilMoisture: 1 });
        await store.apply([{ kind: "reopen", alertId, detail }], applyOptions(at + 1, [program]));
        const [alert, ...others] = await store.alerts(at + 1);
        assertEqual(others, []);
        assertMatches(alert, { plantId: 1, detail, firedMs: at + 1, resolvedMs: null });
        assert.notEqual(alert?.alertId, alertId);
        assertEqual(
          (await take(at + 1)).map(({ key }) => key),
          [`${alert?.alertId}:fired`],
        );
      });

    test("apply changes nothing that is newer than the check", async ({ store, applyOptions, fire }) => {
      const { alertId } = await fire(1, testNowMs);
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(testNowMs - 1));
      assert.equal((await store.alerts(0))[0]?.resolvedMs, null);
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(testNowMs + 10));
      await store.apply([buildFire(1)], applyOptions(testNowMs + 5));
      assert.equal((await store.alerts(0)).length, 1);
    });

    test("deleteResolved deletes old alerts with their deliveries, and none that fires", async ({
      store,
      applyOptions,
      fire,
      take,
    }) => {
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
      assertEqual((await store.alerts(0)).map(({ plantId }) => plantId).sort(), [2, 3]);
      const left = await take(testNowMs + 1_000 * minute);
      assertEqual(
        left.filter(({ alert }) => alert.plantId === 1),
        [],
      );
    });

    test("apply ignores an alert that does not exist", async ({ store, applyOptions }) => {
      const detail = buildDetail();
      await store.apply(
        [
          { kind: "resolve", alertId: "no such alert", ending: "over" },
          { kind: "update", alertId: "no such alert", detail },
          { kind: "reopen", alertId: "no such alert", detail },
        ],
        applyOptions(testNowMs),
      );
      assertEqual(await store.alerts(0), []);
    });

    test("acknowledge marks an alert that fires, once", async ({ store, applyOptions, fire }) => {
      const { alertId } = await fire(1);
      assert.equal(await store.acknowledge(alertId, testNowMs + 1), true);
      assert.equal(await store.acknowledge(alertId, testNowMs + 2), true);
      assert.equal((await store.alerts(0))[0]?.acknowledgedMs, testNowMs + 1);
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], applyOptions(testNowMs + 3));
      assert.equal(await store.acknowledge(alertId, testNowMs + 4), false);
      assert.equal(await store.acknowledge("no such alert", testNowMs), false);
    });

    test("remind adds one reminder for an alert that is old and not acknowledged", async ({
      store,
      fire,
      take,
    }) => {
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
      assertEqual(
        reminders.map(({ key }) => key),
        [`${first.alertId}:reminded`, `${first.alertId}:reminded`],
      );
    });

    test("take leases: what is taken is due again when the lease ends, with the same key", async ({
      fire,
      take,
    }) => {
      await fire(1, testNowMs, [program]);
      const [first] = await take(testNowMs);
      assertEqual(await take(testNowMs + 5 * minute - 1), []);
      assertEqual((await take(testNowMs + 5 * minute))[0], first);
    });

    test("take by two at once gives each delivery to one of them", async ({ store, applyOptions, take }) => {
      await store.apply([buildFire(1), buildFire(2), buildFire(3)], applyOptions(testNowMs));
      const [first, second] = await Promise.all([take(testNowMs), take(testNowMs)]);
      assert.equal(first.length + second.length, 6);
    });

    test("take returns the oldest first, within the limit, for the named notifiers only", async ({
      fire,
      take,
    }) => {
      const first = await fire(1);
      await fire(2, testNowMs + 1);
      assertEqual(
        (await take(testNowMs + 1, ["mail"], 1)).map(({ key }) => key),
        [`${first.alertId}:fired`],
      );
      assert.equal((await take(testNowMs + 1, ["mail"])).length, 1);
      assertEqual(await take(testNowMs + 1, []), []);
      assert.equal((await take(testNowMs + 1, ["webhook"])).length, 2);
    });

    test("take holds back the end of an alert until its begin is delivered or given up", async ({
      store,
      applyOptions,
      fire,
      take,
    }) => {
      const { alertId } = await fire(1, testNowMs, [program]);
      const [fired] = await take(testNowMs);
      const options = { ...applyOptions(testNowMs + 1, [program]), resolvedDelayMs: 0 };
      await store.apply([{ kind: "resolve", alertId, ending: "over" }], options);
      await store.markFailed([fired?.deliveryId ?? -1], "no", testNowMs + 60 * minute);
      assertEqual(await take(testNowMs + 59 * minute), []);
      assertEqual(
        (await take(testNowMs + 60 * minute)).map(({ event }) => event),
        ["fired", "resolved"],
      );
      await store.markFailed([fired?.deliveryId ?? -1], "no", null);
      assertEqual(
        (await take(testNowMs + 120 * minute)).map(({ event }) => event),
        ["resolved"],
      );
    });

    test("markFailed counts the attempts, and null gives up", async ({ store, fire, take }) => {
      await fire(1, testNowMs, [program]);
      const [delivery] = await take(testNowMs);
      const id = delivery?.deliveryId ?? -1;
      await store.markFailed([id], "x".repeat(10_000), testNowMs + minute);
      assertEqual(await take(testNowMs + minute - 1), []);
      assertEqual(await take(testNowMs + minute), [{ ...delivery, attempts: 1 }]);
      await store.markFailed([id], "no", null);
      assertEqual(await take(testNowMs + 10_000 * minute), []);
    });

    test("lastDelivery is the newest one", async ({ store, fire, take }) => {
      assert.equal(await store.lastDelivery(), null);
      await fire(1);
      const [first, second] = await take(testNowMs);
      await store.markDelivered([first?.deliveryId ?? -1], testNowMs + 2);
      await store.markDelivered([second?.deliveryId ?? -1], testNowMs + 1);
      assertEqual(await store.lastDelivery(), { atMs: testNowMs + 2, notifier: "webhook" });
      assertEqual(await take(testNowMs + 100 * minute), []);
    });

    test("alerts keeps any text and number of the facts", async ({ store, applyOptions }) => {
      const detail = buildDetail({ soilMoisture: -12.3456789012345, usualMs: null });
      await store.apply([buildFire(1, detail)], applyOptions(testNowMs));
      assertEqual((await store.alerts(0))[0]?.detail, detail);
    });
  });
}
