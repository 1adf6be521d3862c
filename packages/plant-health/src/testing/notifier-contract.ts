import assert from "node:assert/strict";
import { isPlantError } from "@lmnh/plant-schema/model";
import {
  assertMatches,
  type Capability,
  type Closable,
  contractSuite,
  rejectionOf,
  type TestRunner,
} from "@lmnh/plant-schema/testing";
import type { Message, MessageItem, Notifier } from "../ports.js";
import { buildAlert } from "./builders.js";

/** A notifier, and what its receiver got. */
export interface NotifierUnderTest extends Closable {
  /** A notifier that sends to the receiver. */
  readonly notifier: Notifier;
  /** What the receiver has accepted, as text; one entry a message. */
  received(): readonly string[];
  /** How the receiver behaves from now on; by default it accepts. `hang`: it accepts the request and never responds. */
  behave(behaviour: ReceiverBehaviour): void;
}

/** What a receiver does with a message: takes it, refuses it, or never responds. */
export type ReceiverBehaviour = "accept" | "fail" | "hang";

/** How the contract opens the notifier, and what it may expect of it. */
export interface NotifierContractOptions {
  /** Name of the notifier, for the names of the tests. */
  readonly name: string;
  /** Opens a notifier with a receiver. Called by each test. */
  readonly open: () => Promise<NotifierUnderTest>;
  /** What the receiver can be made to do; a log can only accept. */
  readonly behaviours: readonly ReceiverBehaviour[];
  /** Whether what the receiver gets contains the keys of the events. */
  readonly sendsKeys: boolean;
}

/** Text that would do harm if it were not escaped. */
const hostile = `<script>alert(1)</script> *bold* <!channel> <@U1|x> \u202e\u0007\u001b[31m "quoted" ${"long ".repeat(3_000)}`;

/** Declares a test of each rule of `Notifier`. */
export function notifierContract(
  runner: TestRunner,
  { name, open, behaviours, sendsKeys }: NotifierContractOptions,
): void {
  const canBe = (behaviour: ReceiverBehaviour): Capability =>
    behaviours.includes(behaviour) || `its receiver cannot ${behaviour}`;

  contractSuite(runner, `${name}: contract of Notifier`, open, ({ test }) => {
    test("notify resolves when the receiver has the message, with the plant, the heading and the sentence", async ({
      notifier,
      received,
    }) => {
      await send(notifier, buildMessage([buildItem()]));
      assert.equal(received().length, 1);
      const [text = ""] = received();
      for (const part of ["Ghost orchid", "Not watered", "Last watered yesterday"])
        assert.ok(text.includes(part));
      if (sendsKeys) assert.ok(text.includes("alert-1:fired"));
    });

    test("notify sends a message of many items as one, within a bound", async ({ notifier, received }) => {
      const items = Array.from({ length: 400 }, (_, index) => buildItem(`alert-${index}:fired`));
      await send(notifier, buildMessage(items));
      assert.equal(received().length, 1);
      assert.ok((received()[0]?.length ?? 0) < 1_000_000);
    });

    test("notify sends no control or bidirectional character, and no text without a bound", async ({
      notifier,
      received,
    }) => {
      const plant = buildItem().plant;
      if (plant === null) throw new Error("the item has a plant");
      const item = {
        ...buildItem(),
        plant: { ...plant, name: hostile },
        heading: hostile,
        sentence: hostile,
      };
      await send(notifier, { ...buildMessage([item]), subject: hostile });
      const [text = ""] = received();
      assert.ok(text.length < 20_000);
      assert.doesNotMatch(text.replace(/[\n\r\t]/g, ""), /[\p{Cc}\u202e]/u);
    });

    test("notify sends an alert without a plant", async ({ notifier, received }) => {
      const outage = {
        rule: "outage",
        plants: 49,
        silentPlants: 30,
        newestReadingMs: null,
      } as const;
      const item = { ...buildItem(), alert: buildAlert({ plantId: null, detail: outage }), plant: null };
      if (notifier.recipientOf?.(item) === null) return;
      await send(notifier, buildMessage([item]));
      assert.equal(received().length, 1);
    });

    test(
      "notify rejects with DELIVERY_FAILED if the receiver refuses",
      async ({ notifier, received, behave }) => {
        behave("fail");
        const error = await rejectionOf(send(notifier, buildMessage([buildItem()])));
        assert.ok(isPlantError(error));
        assertMatches(error, { code: "DELIVERY_FAILED" });
        behave("accept");
        await send(notifier, buildMessage([buildItem()]));
        assert.equal(received().length, 1);
      },
      canBe("fail"),
    );

    test(
      "notify rejects with DELIVERY_FAILED when the signal aborts",
      async ({ notifier, behave }) => {
        behave("hang");
        const stop = new AbortController();
        const ended = rejectionOf(send(notifier, buildMessage([buildItem()]), stop.signal));
        stop.abort(new Error("enough"));
        assertMatches(await ended, { code: "DELIVERY_FAILED" });
      },
      canBe("hang"),
    );
  });
}

function send(notifier: Notifier, message: Message, signal = new AbortController().signal): Promise<void> {
  return notifier.notify(message, signal);
}

function buildMessage(items: readonly MessageItem[]): Message {
  return { keys: items.map(({ key }) => key), subject: "Ghost orchid: Not watered", items };
}

function buildItem(key = "alert-1:fired"): MessageItem {
  return {
    key,
    event: "fired",
    alert: buildAlert(),
    plant: {
      plantId: 1,
      name: "Ghost orchid",
      scientificName: "Dendrophylax lindenii",
      imageUrl: null,
      imageLicenseUrl: null,
      thumbnailUrl: null,
      botanist: { email: "botanist@example.org", name: "A. Botanist", phone: "+442079460000" },
      origin: null,
      observedAt: "2026-03-01T12:00:00.000Z",
    },
    heading: "Not watered",
    sentence: "Last watered yesterday at 14:18.",
    link: "https://plants.example.org/#plant-1",
  };
}
