import type { Clock } from "@lmnh/plant-schema/model";

export interface PingOptions {
  readonly url: string;
  /** Node's own by default. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly clock: Clock;
  /** Milliseconds. 10,000 by default. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Requests the URL of a heartbeat once. Never throws: returns why it failed, as a line without the URL, which contains a
 * secret; `null` if the server accepted it.
 */
export async function sendPing(options: PingOptions): Promise<string | null> {
  const { url, fetch = globalThis.fetch, clock, timeoutMs = 10_000, signal } = options;
  const ended = new AbortController();
  const timedOut = new AbortController();
  clock.sleep(timeoutMs, ended.signal).then(
    () => timedOut.abort(),
    () => {},
  );
  const signals = [timedOut.signal, ...(signal === undefined ? [] : [signal])];
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.any(signals) });
    await response.body?.cancel();
    return response.ok ? null : `HTTP status ${response.status}`;
  } catch {
    // The text of the error can contain the URL.
    return timedOut.signal.aborted ? `no response within ${timeoutMs / 1000} s` : "no connection";
  } finally {
    ended.abort();
  }
}
