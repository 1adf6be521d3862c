import { SNSClient } from "@aws-sdk/client-sns";
import type { Notifier } from "@lmnh/plant-health";
import { snsNotifier } from "@lmnh/plant-health/sns";

/** Opens a topic with the credentials of the environment. An entry of its own, so that a bundle without it has no SNS client. */
export function openSnsNotifier(topicArn: string): Notifier {
  // arn:PARTITION:sns:REGION:ACCOUNT:TOPIC
  const region = topicArn.split(":")[3] ?? "";
  return snsNotifier({ client: new SNSClient({ region }), topicArn });
}
