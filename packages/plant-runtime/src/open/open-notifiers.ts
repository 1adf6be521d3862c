import type { Notifier } from "@lmnh/plant-health";
import { type CreateNotifiersOptions, createNotifiers } from "../create-notifiers.js";

export type OpenNotifiersOptions = Pick<CreateNotifiersOptions, "targets" | "writeLine" | "fetch">;

/** Makes the notifiers of the settings. The client of AWS is loaded only for a target that needs it. */
export async function openNotifiers(options: OpenNotifiersOptions): Promise<Notifier[]> {
  return await createNotifiers({
    ...options,
    openSns: async (topicArn) => (await import("./sns.js")).openSnsNotifier(topicArn),
    openSes: async (from) => (await import("./ses.js")).openSesNotifier(from),
  });
}
