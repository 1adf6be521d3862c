import { createHash } from "node:crypto";
import { logNotifier, type Notifier, webhookNotifier } from "@lmnh/plant-health";
import type { NotifierTarget } from "../settings/notifier-targets.js";

export interface OpenNotifiersOptions {
  readonly targets: readonly NotifierTarget[];
  /** Receives the lines of the target `log:`. */
  readonly writeLine: (line: string) => void;
}

/**
 * Makes the notifiers of the settings. The client of AWS is loaded only for a target that needs it. The outbox stores the
 * name of a notifier, so that the name of a webhook depends on its URL and does not contain it.
 */
export async function openNotifiers({ targets, writeLine }: OpenNotifiersOptions): Promise<Notifier[]> {
  return await Promise.all(targets.map((target) => openNotifier(target, writeLine)));
}

async function openNotifier(target: NotifierTarget, writeLine: (line: string) => void): Promise<Notifier> {
  switch (target.kind) {
    case "log":
      return logNotifier(writeLine);
    case "webhook": {
      const digest = createHash("sha256").update(target.url).digest("hex").slice(0, 8);
      return webhookNotifier({ ...target, name: `${target.format}-webhook:${digest}`, fetch });
    }
    case "sns": {
      const { openSnsNotifier } = await import("./sns.js");
      return openSnsNotifier(target.topicArn);
    }
    case "ses": {
      const { openSesNotifier } = await import("./ses.js");
      return openSesNotifier(target.from);
    }
  }
}
