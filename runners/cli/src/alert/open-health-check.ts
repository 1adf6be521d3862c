import { checkHealth, type HealthReport, type Notifier } from "@lmnh/plant-health";
import { type AlertValues, healthStores, type ProxyValues } from "@lmnh/plant-runtime";
import { openFetch, openNotifiers } from "@lmnh/plant-runtime/open";
import type { PlantDatabase } from "@lmnh/plant-schema";
import type { Host } from "../host.js";
import { logRetry } from "../output/log-retry.js";
import type { Output } from "../output/output.js";

export interface HealthCheckTools {
  readonly host: Host;
  readonly output: Output;
  readonly values: AlertValues & ProxyValues;
}

export type HealthCheck = (
  database: PlantDatabase,
  options: { readonly signal: AbortSignal; readonly dryRun?: boolean },
) => Promise<HealthReport>;

/** A check of the plants, with the notifiers of the settings. Its log is stderr, because stdout is for the report. */
export async function openHealthCheck({ host, output, values }: HealthCheckTools): Promise<HealthCheck> {
  const notifiers = await openSettingNotifiers(values, output);
  return async (database, { signal, dryRun = false }) =>
    await checkHealth({
      ...healthStores(database, { clock: host.clock, random: host.random, onRetry: logRetry(output) }),
      notifiers,
      clock: host.clock,
      newId: host.newId,
      timeZone: values.timeZone,
      pageUrl: values.pageUrl ?? null,
      dryRun,
      signal,
    });
}

/** The notifiers of the settings. */
export async function openSettingNotifiers(
  { notify, httpsProxy, httpProxy, noProxy }: AlertValues & ProxyValues,
  output: Output,
): Promise<Notifier[]> {
  const fetch = await openFetch({ httpsProxy, httpProxy, noProxy });
  return await openNotifiers({ targets: notify, writeLine: (line) => output.note(line), fetch });
}

/** Writes which messages were not accepted, and when they are sent again. */
export function reportFailedDeliveries({ delivery }: HealthReport, output: Output): void {
  for (const { notifier, events, reason, retryAtMs } of delivery.failed)
    output.warn(
      `${notifier} did not get ${events === 1 ? "an event" : `${events} events`}: ${reason}; ${
        retryAtMs === null
          ? "given up after a day"
          : `tried again by a check after ${new Date(retryAtMs).toISOString().slice(0, 19)}Z`
      }`,
    );
}
