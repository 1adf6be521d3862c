import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PlantHealthError } from "../errors.js";
import type { Message, MessageItem, Notifier } from "../ports.js";
import { buildAlert } from "./builders.js";

export interface NotifierUnderTest {
  readonly notifier: Notifier;
  /** What the receiver has accepted since the last reset, as text; one entry a message. */
  received(): readonly string[];
  /** How the receiver behaves from now on. `hang`: it accepts the request and never responds. */
  behave(behaviour: ReceiverBehaviour): void;
  reset(): void;
  close(): Promise<void>;
}

export type ReceiverBehaviour = "accept" | "fail" | "hang";

export interface NotifierContractOptions {
  readonly name: string;
  readonly make: () => Promise<NotifierUnderTest>;
  /** What the receiver can be made to do; a log can only accept. */
  readonly behaviours: readonly ReceiverBehaviour[];
  /** Whether what the receiver gets contains the keys of the events. */
  readonly sendsKeys: boolean;
}

/** Text that would do harm if it were not escaped. */
const hostile = `<script>alert(1)</script> *bold* <!channel> <@U1|x> \u202e\u0007\u001b[31m "quoted" ${"long ".repeat(3_000)}`;

/** Declares tests of what every `Notifier` does. */
export function notifierContract({ name, make, behaviours, sendsKeys }: NotifierContractOptions): void {
  describe(name, () => {
    let under: NotifierUnderTest;
    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under?.close());
    beforeEach(() => {
      under.reset();
      under.behave("accept");
    });
    const send = (message: Message, signal = new AbortController().signal) =>
      under.notifier.notify(message, signal);

    test("notify resolves when the receiver has the message, with the plant, the heading and the sentence", async () => {
      await send(buildMessage([buildItem()]));
      expect(under.received()).toHaveLength(1);
      const [text = ""] = under.received();
      for (const part of ["Ghost orchid", "Not watered", "Last watered yesterday"])
        expect(text).toContain(part);
      if (sendsKeys) expect(text).toContain("alert-1:fired");
    });

    test("notify sends a message of many items as one, within a bound", async () => {
      const items = Array.from({ length: 400 }, (_, index) => buildItem(`alert-${index}:fired`));
      await send(buildMessage(items));
      expect(under.received()).toHaveLength(1);
      expect(under.received()[0]?.length).toBeLessThan(1_000_000);
    });

    test("notify sends no control or bidirectional character, and no text without a bound", async () => {
      const plant = buildItem().plant;
      if (plant === null) throw new Error("the item has a plant");
      const item = {
        ...buildItem(),
        plant: { ...plant, name: hostile },
        heading: hostile,
        sentence: hostile,
      };
      await send({ ...buildMessage([item]), subject: hostile });
      const [text = ""] = under.received();
      expect(text.length).toBeLessThan(20_000);
      expect(text.replace(/[\n\r\t]/g, "")).not.toMatch(/[\p{Cc}\u202e]/u);
    });

    test("notify sends an alert without a plant", async () => {
      const outage = {
        rule: "outage",
        plants: 49,
        silentPlants: 30,
        newestReadingMs: null,
      } as const;
      const item = { ...buildItem(), alert: buildAlert({ plantId: null, detail: outage }), plant: null };
      if (under.notifier.recipientOf?.(item) === null) return;
      await send(buildMessage([item]));
      expect(under.received()).toHaveLength(1);
    });

    test.runIf(behaviours.includes("fail"))(
      "notify rejects with DELIVERY_FAILED if the receiver refuses",
      async () => {
        under.behave("fail");
        const error = await send(buildMessage([buildItem()])).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(PlantHealthError);
        expect(error).toMatchObject({ code: "DELIVERY_FAILED" });
        under.behave("accept");
        await send(buildMessage([buildItem()]));
        expect(under.received()).toHaveLength(1);
      },
    );

    test.runIf(behaviours.includes("hang"))("notify rejects when the signal aborts", async () => {
      under.behave("hang");
      const stop = new AbortController();
      const ended = send(buildMessage([buildItem()]), stop.signal).catch((caught: unknown) => caught);
      stop.abort(new Error("enough"));
      expect(await ended).toMatchObject({ code: "DELIVERY_FAILED" });
    });
  });
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
