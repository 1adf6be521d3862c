import { type SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { reasonOf } from "@lmnh/plant-schema/internal";
import { PlantHealthError } from "../errors.js";
import { ruleKinds } from "../model/rule.js";
import type { Notifier } from "../ports.js";
import { plainLine } from "../words/plain-line.js";
import { plainText } from "./plain-text.js";

/** With what, and from whom, mail is sent. */
export interface SesOptions {
  /** A client of SES, in the region of the verified sender. */
  readonly client: Pick<SESv2Client, "send">;
  /** A sender that SES has verified. */
  readonly from: string;
}

/**
 * Mails what a plant needs to the plant's own botanist. Sensors and outages are the operator's, so that they are not sent;
 * neither is an alert of a plant without a botanist.
 */
export function sesNotifier({ client, from }: SesOptions): Notifier {
  return {
    name: "ses",
    sendsResolved: false,
    recipientOf: ({ alert, plant }) =>
      ruleKinds[alert.detail.rule] === "plant" ? addressOf(plant?.botanist?.email) : null,
    async notify(message, signal) {
      const address = addressOf(message.items[0]?.plant?.botanist?.email);
      if (address === null) return;
      const command = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [address] },
        Content: {
          Simple: {
            Subject: { Data: plainLine(message.subject, 120), Charset: "UTF-8" },
            Body: { Text: { Data: plainText(message).join("\n"), Charset: "UTF-8" } },
            Headers: [{ Name: "X-Plant-Alert-Keys", Value: message.keys.slice(0, maxKeys).join(",") }],
          },
        },
      });
      try {
        await client.send(command, { abortSignal: signal });
      } catch (error) {
        // SES names the address that it refuses, and the reason is stored and logged.
        const reason = reasonOf(error).replace(/[^\s<>,;:]+@[^\s<>,;:]+/g, "(address)");
        throw new PlantHealthError("DELIVERY_FAILED", "retry", `SES did not accept it: ${reason}`, {
          cause: error,
        });
      }
    },
  };
}

/** A header's value has at most 870 characters. */
const maxKeys = 15;

/** One plain address, or `null`: a list, a name or a line break would reach others than the botanist. */
function addressOf(email: string | undefined): string | null {
  return email !== undefined &&
    /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(email) &&
    email.length <= 320
    ? email
    : null;
}
