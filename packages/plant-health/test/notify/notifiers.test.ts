import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SNSClient } from "@aws-sdk/client-sns";
import { describe, expect, onTestFinished, test } from "vitest";
import { logNotifier } from "../../src/notify/log-notifier.js";
import { sesNotifier } from "../../src/notify/ses-notifier.js";
import { snsNotifier } from "../../src/notify/sns-notifier.js";
import { webhookNotifier } from "../../src/notify/webhook-notifier.js";
import type { MessageItem, Notifier } from "../../src/ports.js";
import { buildAlert, notifierContract } from "../../src/testing/index.js";
import { buildPlant } from "../support/health-database.js";
import { type Received, type Receiver, startReceiver } from "../support/receiver.js";

notifierContract(
  { describe, test },
  {
    name: "logNotifier",
    behaviours: ["accept"],
    sendsKeys: false,
    open: async () => {
      const lines: string[] = [];
      return {
        notifier: logNotifier((line) => lines.push(line)),
        received: () => (lines.length === 0 ? [] : [lines.join("\n")]),
        behave: () => {},
      };
    },
  },
);

for (const format of ["json", "slack"] as const)
  notifierContract(
    { describe, test },
    {
      name: `webhookNotifier with ${format}`,
      behaviours: ["accept", "fail", "hang"],
      sendsKeys: format === "json",
      open: async () => {
        const receiver = await startReceiver();
        return underTest(
          receiver,
          webhookNotifier({ name: "webhook", url: receiver.url, format, fetch }),
          ({ body }) => body,
        );
      },
    },
  );

const awsClient = (receiver: Receiver) => ({
  region: "eu-west-2",
  endpoint: new URL(receiver.url).origin,
  credentials: { accessKeyId: "key", secretAccessKey: "secret" },
  maxAttempts: 1,
});

notifierContract(
  { describe, test },
  {
    name: "snsNotifier",
    behaviours: ["accept", "fail", "hang"],
    sendsKeys: true,
    open: async () => {
      const receiver = await startReceiver((response) => {
        response.setHeader("content-type", "text/xml");
        response.end(
          `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`,
        );
      });
      const client = new SNSClient(awsClient(receiver));
      const topicArn = "arn:aws:sns:eu-west-2:123456789012:plants";
      return underTest(receiver, snsNotifier({ client, topicArn }), ({ body }) =>
        [...new URLSearchParams(body).values()].join("\n"),
      );
    },
  },
);

notifierContract(
  { describe, test },
  {
    name: "sesNotifier",
    behaviours: ["accept", "fail", "hang"],
    sendsKeys: true,
    open: async () => {
      const receiver = await startReceiver((response) => {
        response.setHeader("content-type", "application/json");
        response.end(`{"MessageId":"1"}`);
      });
      const client = new SESv2Client(awsClient(receiver));
      return underTest(receiver, sesNotifier({ client, from: "plants@example.org" }), ({ body }) => {
        const { Content } = JSON.parse(body) as SentMail;
        const { Subject, Body, Headers } = Content.Simple;
        return [Subject.Data, Body.Text.Data, Headers.map(({ Value }) => Value)].join("\n");
      });
    },
  },
);

test("sesNotifier does not repeat an address that SES refuses", async () => {
  const receiver = await startReceiver();
  onTestFinished(receiver.close);
  receiver.behave((response) => {
    response.writeHead(400, { "x-amzn-errortype": "MessageRejected" });
    response.end(
      JSON.stringify({ message: "Email address is not verified: carl@example.org, in EU-WEST-2" }),
    );
  });
  const notifier = sesNotifier({ client: new SESv2Client(awsClient(receiver)), from: "plants@example.org" });
  const item: MessageItem = {
    key: "a:fired",
    event: "fired",
    alert: buildAlert(),
    plant: { ...buildPlant(1), botanist: { name: "Carl", email: "carl@example.org", phone: "" } },
    heading: "Not watered",
    sentence: "",
    link: null,
  };
  await expect(
    notifier.notify({ keys: [item.key], subject: "", items: [item] }, new AbortController().signal),
  ).rejects.toThrow("SES did not accept it: Email address is not verified: (address), in EU-WEST-2");
});

interface SentMail {
  readonly Content: {
    readonly Simple: {
      readonly Subject: { readonly Data: string };
      readonly Body: { readonly Text: { readonly Data: string } };
      readonly Headers: readonly { readonly Value: string }[];
    };
  };
}

function underTest(receiver: Receiver, notifier: Notifier, textOf: (received: Received) => string) {
  return {
    notifier,
    received: () => receiver.accepted.map(textOf),
    behave: receiver.behave,
    close: receiver.close,
  };
}

test("snsNotifier sends a subject that SNS accepts, whatever the plant is called", async () => {
  for (const subject of ["Very long ".repeat(12), "植物 (plant 3): Too warm", `${"ﷺ".repeat(90)}`]) {
    const subjects: string[] = [];
    const client = {
      send: async (command: { input: { Subject?: string } }) => {
        subjects.push(command.input.Subject ?? "");
      },
    };
    const notifier = snsNotifier({ client: client as never, topicArn: "arn:aws:sns:eu-west-2:1:plants" });
    await notifier.notify({ keys: [], subject, items: [] }, new AbortController().signal);
    expect(subjects[0]).toMatch(/^([\x21-\x7e][\x20-\x7e]{0,99})?$/);
  }
});
