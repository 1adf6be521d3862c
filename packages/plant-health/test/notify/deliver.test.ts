import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deliver } from "../../src/notify/deliver.js";
import { sesNotifier } from "../../src/notify/ses-notifier.js";
import type { AlertStore, Message, Notifier } from "../../src/ports.js";
import { sqlAlertStore } from "../../src/store/sql-alert-store.js";
import { buildDetail, buildFire, testNowMs } from "../../src/testing/index.js";
import { buildPlant, openTestSqlite, type TestDatabase } from "../support/health-database.js";

const minute = 60_000;
let opened: TestDatabase;
let store: AlertStore;
let nowMs: number;
let ids = 0;
beforeAll(async () => {
  opened = await openTestSqlite();
  store = sqlAlertStore(opened.database);
});
afterAll(() => opened?.close());
beforeEach(async () => {
  nowMs = testNowMs;
  await opened.reset();
});

const newId = () => {
  ids += 1;
  return `alert-${ids}`;
};

const clock = {
  now: () => nowMs,
  sleep: async () => {},
};
const plants = [1, 2, 3].map(buildPlant);

function fakeNotifier(name: string, notify: Notifier["notify"] = async () => {}) {
  const messages: Message[] = [];
  const notifier: Notifier = {
    name,
    sendsResolved: true,
    async notify(message, signal) {
      await notify(message, signal);
      messages.push(message);
    },
  };
  return { notifier, messages, keys: () => messages.flatMap((message) => message.keys) };
}

const fireFor = (notifiers: readonly Notifier[], plantIds: readonly (number | null)[]) =>
  store.apply(
    plantIds.map((plantId) => buildFire(plantId)),
    {
      atMs: nowMs,
      receivers: notifiers,
      resolvedDelayMs: 60 * minute,
      newId,
    },
  );
const deliverBy = (notifiers: readonly Notifier[], options: Partial<Parameters<typeof deliver>[0]> = {}) =>
  deliver({ alerts: store, plants, notifiers, clock, timeZone: "Europe/London", ...options });

test("deliver sends everything that is due to a notifier as one message, once", async () => {
  const { notifier, messages } = fakeNotifier("one");
  await fireFor([notifier], [1, 2, null]);
  expect(await deliverBy([notifier])).toEqual({ delivered: 3, failed: [] });
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({
    subject: "Plant 1 (plant 1): Not watered, and 2 more",
    items: [
      { plant: { plantId: 1 }, heading: "Not watered", link: null },
      { plant: { plantId: 2 } },
      { plant: null },
    ],
  });
  nowMs += 24 * 60 * minute;
  expect(await deliverBy([notifier])).toEqual({ delivered: 0, failed: [] });
});

test("deliver links each plant on the page", async () => {
  const { notifier, messages } = fakeNotifier("one");
  await fireFor([notifier], [2, null]);
  await deliverBy([notifier], { pageUrl: "https://plants.example.org/" });
  expect(messages[0]?.items.map(({ link }) => link)).toEqual([
    "https://plants.example.org/#plant-2",
    "https://plants.example.org/",
  ]);
});

test("deliver tries a failing receiver again, later and later, with the same keys, and gives up after a day", async () => {
  const failing = fakeNotifier("failing", async () => {
    throw new Error("status 500");
  });
  await fireFor([failing.notifier], [1]);
  const waits: number[] = [];
  for (;;) {
    const { failed } = await deliverBy([failing.notifier]);
    const [failure] = failed;
    expect(failure).toMatchObject({ notifier: "failing", events: 1, reason: "status 500" });
    if (failure === undefined || failure.retryAtMs === null) break;
    expect(await deliverBy([failing.notifier])).toEqual({ delivered: 0, failed: [] });
    waits.push((failure.retryAtMs - nowMs) / minute);
    nowMs = failure.retryAtMs;
  }
  expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  expect(nowMs - testNowMs).toBeGreaterThanOrEqual(24 * 60 * minute);
  nowMs += 24 * 60 * minute;
  expect(await deliverBy([failing.notifier])).toEqual({ delivered: 0, failed: [] });
});

test("deliver delays no other notifier by one that hangs and ignores the signal", async () => {
  const hanging = fakeNotifier("hanging", () => new Promise(() => {}));
  const working = fakeNotifier("working");
  await fireFor([hanging.notifier, working.notifier], [1, 2]);
  const report = await deliverBy([hanging.notifier, working.notifier], { timeoutMs: 20 });
  expect(report.delivered).toBe(2);
  expect(report.failed).toEqual([
    { notifier: "hanging", events: 2, reason: "no response in time", retryAtMs: testNowMs + minute },
  ]);
  expect(working.messages).toHaveLength(1);
});

test("deliver delays no other notifier by one with more events than one call takes", async () => {
  const failing = fakeNotifier("failing", async () => {
    throw new Error("status 500");
  });
  const plantIds = [1, 2, 3];
  for (let round = 0; round < 170; round += 1) {
    await fireFor([failing.notifier], plantIds);
    const alerts = await store.alerts(nowMs);
    nowMs += 1;
    await store.apply(
      alerts
        .filter(({ resolvedMs }) => resolvedMs === null)
        .map(({ alertId }) => ({ kind: "resolve", alertId, ending: "over" })),
      { atMs: nowMs, receivers: [], resolvedDelayMs: 0, newId },
    );
    nowMs += 1;
  }
  const working = fakeNotifier("working");
  await fireFor([working.notifier], plantIds);
  expect((await deliverBy([failing.notifier, working.notifier])).delivered).toBe(3);
});

test("deliver waits for the other notifiers if the store fails for one", async () => {
  const one = fakeNotifier("one");
  let fail = () => {};
  const failed = new Promise<void>((resolve) => {
    fail = resolve;
  });
  const slow = fakeNotifier("slow", () => failed);
  await fireFor([one.notifier, slow.notifier], [1]);
  const failing: AlertStore = {
    ...store,
    markDelivered: async (ids, atMs) => {
      if (slow.messages.length > 0) return await store.markDelivered(ids, atMs);
      fail();
      throw new Error("database is gone");
    },
  };
  await expect(deliverBy([one.notifier, slow.notifier], { alerts: failing })).rejects.toThrow(
    "database is gone",
  );
  expect(slow.messages).toHaveLength(1);
});

test("deliver does not claim that a plant was watered whose alert ended because it is away", async () => {
  const { notifier, messages } = fakeNotifier("one");
  await fireFor([notifier], [1]);
  await deliverBy([notifier]);
  const [alert] = await store.alerts(nowMs);
  await store.apply([{ kind: "resolve", alertId: alert?.alertId ?? "", ending: "away" }], {
    atMs: nowMs,
    receivers: [notifier],
    resolvedDelayMs: 0,
    newId,
  });
  await deliverBy([notifier]);
  expect(messages[1]?.items).toMatchObject([
    { event: "resolved", heading: "Not watered: over", sentence: expect.stringContaining("on loan") },
  ]);
  expect(messages[1]?.items[0]?.sentence).not.toContain("watered.");
});

test("deliver leaves the rest of a failing notifier's messages for later", async () => {
  let attempts = 0;
  const failing: Notifier = {
    ...fakeNotifier("failing").notifier,
    recipientOf: ({ alert }) => String(alert.plantId),
    notify: async () => {
      attempts += 1;
      throw new Error("refused");
    },
  };
  await fireFor([failing], [1, 2, 3]);
  expect(await deliverBy([failing])).toMatchObject({ delivered: 0, failed: [{ events: 3 }] });
  expect(attempts).toBe(1);
});

test("deliver leaves the rest of a slow notifier's messages for a check a minute later", async () => {
  const slow = fakeNotifier("slow", async () => {
    nowMs += 12_000;
  });
  const notifier: Notifier = { ...slow.notifier, recipientOf: ({ alert }) => String(alert.plantId) };
  await fireFor([notifier], [1, 2, 3]);
  expect(await deliverBy([notifier])).toEqual({ delivered: 2, failed: [] });
  expect(await deliverBy([notifier])).toEqual({ delivered: 0, failed: [] });
  nowMs = testNowMs + minute;
  expect(await deliverBy([notifier])).toEqual({ delivered: 1, failed: [] });
  expect(new Set(slow.keys()).size).toBe(3);
});

test("deliver loses nothing if the process is killed before or after the receiver has accepted", async () => {
  for (const moment of ["before", "after"] as const) {
    await opened.reset();
    nowMs = testNowMs;
    const { notifier, keys } = fakeNotifier("one");
    await fireFor([notifier], [1, 2]);
    // The process ends at a step of the delivery: none of its later statements runs.
    const killed: AlertStore = {
      ...store,
      markDelivered: () => new Promise(() => {}),
      markFailed: () => new Promise(() => {}),
    };
    const accepted = new Promise<void>((resolve) => {
      const dying: Notifier = {
        ...notifier,
        async notify(message, signal) {
          if (moment === "after") await notifier.notify(message, signal);
          resolve();
          await new Promise(() => {});
        },
      };
      void deliver({ alerts: killed, plants, notifiers: [dying], clock, timeZone: "UTC", timeoutMs: 60_000 });
    });
    await accepted;
    expect(await deliverBy([notifier])).toEqual({ delivered: 0, failed: [] });
    nowMs += 5 * minute;
    expect((await deliverBy([notifier])).delivered).toBe(2);
    expect(new Set(keys()).size).toBe(2);
    expect(keys()).toHaveLength(moment === "after" ? 4 : 2);
  }
});

test("deliver mails each botanist what the own plants need, and nobody about sensors or an outage", async () => {
  const sent: { to: unknown; subject: unknown }[] = [];
  const client = {
    send: async (command: {
      input: { Destination?: unknown; Content?: { Simple?: { Subject?: unknown } } };
    }) => {
      sent.push({ to: command.input.Destination, subject: command.input.Content?.Simple?.Subject });
    },
  };
  const notifier = sesNotifier({ client: client as never, from: "plants@example.org" });
  await fireFor([notifier], [1, 2, null]);
  await store.apply(
    [buildFire(3, { rule: "silent", lastReadingMs: null, sensorFault: false }), buildFire(3, buildDetail())],
    { atMs: nowMs, receivers: [notifier], resolvedDelayMs: 0, newId },
  );
  const mallory = plants.map((plant) =>
    plant.plantId === 2 && plant.botanist
      ? { ...plant, botanist: { ...plant.botanist, email: "a@example.org,\r\nBcc: b@example.org" } }
      : plant,
  );
  const report = await deliverBy([notifier], { plants: mallory });
  expect(report.failed).toEqual([]);
  expect(sent.map(({ to }) => to)).toEqual([
    { ToAddresses: ["botanist1@example.org"] },
    { ToAddresses: ["botanist3@example.org"] },
  ]);
  nowMs += 60 * minute;
  expect(await deliverBy([notifier], { plants: mallory })).toEqual({ delivered: 0, failed: [] });
});

test("deliver ends with the signal's reason, and what it has not sent is due again", async () => {
  const stop = new AbortController();
  const { notifier, messages } = fakeNotifier("one", async () => {
    stop.abort(new Error("stopped"));
    await new Promise(() => {});
  });
  await fireFor([notifier], [1]);
  await expect(deliverBy([notifier], { signal: stop.signal })).rejects.toThrow("stopped");
  expect(messages).toEqual([]);
  nowMs += 5 * minute;
  const { notifier: working } = fakeNotifier("one");
  expect((await deliverBy([working])).delivered).toBe(1);
});
