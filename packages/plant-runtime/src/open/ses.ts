import { SESv2Client } from "@aws-sdk/client-sesv2";
import type { Notifier } from "@lmnh/plant-health";
import { sesNotifier } from "@lmnh/plant-health/ses";

/** Opens SES with credentials and region of the environment. An entry of its own, so that a bundle without it has no SES client. */
export function openSesNotifier(from: string): Notifier {
  return sesNotifier({ client: new SESv2Client({}), from });
}
