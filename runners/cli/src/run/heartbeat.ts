import { type ProxyValues, sendPing } from "@lmnh/plant-runtime";
import { openFetch } from "@lmnh/plant-runtime/open";
import type { Host } from "../host.js";
import type { Output } from "../output/output.js";

export interface Heartbeat {
  /** Requests the URL, and warns if that fails. One request at a time: a beat during another one is skipped. */
  beat(output: Output): Promise<void>;
  /** Ends the request in progress. */
  stop(): void;
}

/**
 * The heartbeat of --ping; without a URL it does nothing.
 *
 * @param signal ends the request in progress, as `stop`
 */
export async function openHeartbeat(
  { ping, httpsProxy, httpProxy, noProxy }: { readonly ping: string | undefined } & ProxyValues,
  { clock }: Pick<Host, "clock">,
  signal: AbortSignal,
): Promise<Heartbeat> {
  if (ping === undefined) return { beat: async () => {}, stop: () => {} };
  const fetch = await openFetch({ httpsProxy, httpProxy, noProxy });
  const ended = new AbortController();
  const stopped = AbortSignal.any([ended.signal, signal]);
  let inProgress = false;
  return {
    stop: () => ended.abort(),
    async beat(output) {
      if (inProgress) return;
      inProgress = true;
      const problem = await sendPing({ url: ping, fetch, clock, signal: stopped });
      inProgress = false;
      if (problem !== null && !stopped.aborted)
        output.warn(`the address of --ping was not reached: ${problem}`);
    },
  };
}
