import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { reasonOf } from "@lmnh/plant-schema/internal";
import { PlantHealthError } from "../errors.js";
import type { Notifier } from "../ports.js";
import { plainLine } from "../words/plain-line.js";
import { plainText } from "./plain-text.js";

/** The topic, and with what messages are published. */
export interface SnsOptions {
  /** A client of SNS, in the region of the topic. */
  readonly client: Pick<SNSClient, "send">;
  /** ARN of the topic. */
  readonly topicArn: string;
}

/** Publishes each message to an SNS topic, as text for people; the attribute `keys` has the keys of up to 50 events. */
export function snsNotifier({ client, topicArn }: SnsOptions): Notifier {
  return {
    name: plainLine(`sns:${topicArn.split(":").at(-1) ?? ""}`, 64),
    sendsResolved: false,
    async notify(message, signal) {
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: asciiSubject(message.subject),
        Message: plainText(message).join("\n"),
        MessageAttributes: {
          keys: { DataType: "String", StringValue: message.keys.slice(0, maxKeys).join(",") },
        },
      });
      try {
        await client.send(command, { abortSignal: signal });
      } catch (error) {
        throw new PlantHealthError(
          "DELIVERY_FAILED",
          "retry",
          `The topic did not accept it: ${reasonOf(error)}`,
          {
            cause: error,
          },
        );
      }
    },
  };
}

/** SNS refuses a subject with another character, with more than 100 of them, or with a space at its begin. */
function asciiSubject(subject: string): string {
  return plainLine(subject, 100)
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/g, "")
    .trim()
    .slice(0, 100);
}

const maxKeys = 50;
