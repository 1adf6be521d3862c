import { fc, test as property } from "@lmnh/testing/property";
import { afterEach, expect, test } from "vitest";
import { escapeSlack } from "../../src/notify/slack-body.js";
import { webhookNotifier } from "../../src/notify/webhook-notifier.js";
import type { Message } from "../../src/ports.js";
import { buildAlert } from "../../src/testing/index.js";
import { type Receiver, startReceiver } from "../support/receiver.js";

const receivers: Receiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function start() {
  const receiver = await startReceiver();
  receivers.push(receiver);
  return receiver;
}

const message: Message = {
  keys: ["alert-1:fired"],
  subject: "Plant 1: Not watered",
  items: [
    {
      key: "alert-1:fired",
      event: "fired",
      alert: buildAlert(),
      plant: null,
      heading: "Not watered",
      sentence: "Last watered yesterday.",
      link: null,
    },
  ],
};
const signal = new AbortController().signal;

test("webhookNotifier sends a JSON document with key, rule, times and facts", async () => {
  const receiver = await start();
  await webhookNotifier({ name: "hook", url: receiver.url, fetch }).notify(message, signal);
  expect(receiver.accepted[0]?.headers["content-type"]).toBe("application/json");
  expect(JSON.parse(receiver.accepted[0]?.body ?? "")).toEqual({
    version: 1,
    subject: "Plant 1: Not watered",
    events: [
      {
        key: "alert-1:fired",
        event: "fired",
        alertId: "alert-1",
        rule: "not-watered",
        plantId: 1,
        plantName: null,
        scientificName: null,
        heading: "Not watered",
        sentence: "Last watered yesterday.",
        startedAt: "2026-03-01T11:00:00.000Z",
        firedAt: "2026-03-01T12:00:00.000Z",
        resolvedAt: null,
        ending: null,
        facts: {
          lastWateredMs: Date.UTC(2026, 1, 28, 10),
          limitMs: 93_600_000,
          usualMs: 86_400_000,
          soilMoisture: 14.5,
          dryingPerHour: 3,
        },
        botanist: null,
        link: null,
      },
    ],
  });
});

test("webhookNotifier follows no redirect", async () => {
  const receiver = await start();
  const other = await start();
  receiver.behave((response) => {
    response.writeHead(307, { location: other.url });
    response.end();
  });
  const error = await webhookNotifier({ name: "hook", url: receiver.url, fetch })
    .notify(message, signal)
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "DELIVERY_FAILED", message: expect.stringContaining("redirects") });
  expect(other.requests).toEqual([]);
});

test("webhookNotifier does not wait for the end of a response's body", async () => {
  const receiver = await start();
  receiver.behave((response) => {
    response.write("endless");
  });
  await webhookNotifier({ name: "hook", url: receiver.url, fetch }).notify(message, signal);
});

test("webhookNotifier repeats no part of its URL in an error", async () => {
  const receiver = await start();
  await receiver.close();
  const secret = "T000-secret-9f8e";
  const url = `${receiver.url}/${secret}?token=${secret}`;
  for (const behave of ["closed", "fail"]) {
    if (behave === "fail") receivers.push(await startReceiver());
    const target = behave === "fail" ? `${receivers.at(-1)?.url}/${secret}?token=${secret}` : url;
    receivers.at(-1)?.behave("fail");
    const error = await webhookNotifier({ name: "hook", url: target, fetch })
      .notify(message, signal)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "DELIVERY_FAILED" });
    expect(String(error instanceof Error ? error.message : error)).not.toContain(secret);
  }
});

test.each([
  ["http://example.org/hook", /https/],
  ["ftp://example.org/hook", /https/],
  ["https://user:secret@example.org/hook", /user or password/],
  ["not a url", /not a valid URL/],
])("webhookNotifier refuses %s", (url, pattern) => {
  expect(() => webhookNotifier({ name: "hook", url, fetch })).toThrow(pattern);
  expect(() => webhookNotifier({ name: "hook", url, fetch })).not.toThrow(/secret/);
});

test.each(["https://example.org/hook", "http://127.0.0.1:1/hook", "http://localhost/hook", "http://[::1]/"])(
  "webhookNotifier accepts %s",
  (url) => {
    expect(webhookNotifier({ name: "hook", url, fetch }).name).toBe("hook");
  },
);

property(
  "escapeSlack leaves no markup that mentions, links or formats",
  [fc.string({ unit: fc.constantFrom("<", ">", "&", "!", "@", "#", "*", "_", "~", "`", "a", "|") })],
  (text) => {
    const escaped = escapeSlack(text);
    expect(escaped).not.toMatch(/[<>]/);
    expect(escaped).not.toMatch(/&(?!amp;|lt;|gt;)/);
    expect(escaped).not.toMatch(/(?<!\u200b)[*_~`]/);
  },
);
