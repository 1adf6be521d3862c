import { type Clock, systemClock } from "@lmnh/plant-schema";
import { callSafely } from "@lmnh/plant-schema/internal";
import type { HealthReading } from "../model/records.js";
import { defaultTimeZone, defaultTitle, type PageData } from "../page/build-page-model.js";
import type { PageModel } from "../page/page-model.js";
import { contentSecurityPolicy } from "../page/render-page.js";
import { timeWords } from "../words/local-time.js";
import { eventStreams } from "./event-streams.js";
import { formatOpenMetrics, type OperatorMetrics, openMetricsType } from "./open-metrics.js";
import { pageCache, withTimeout } from "./page-cache.js";

/** Where the dashboard gets its data, and how it serves it. Times are milliseconds. */
export interface DashboardOptions {
  /** Loads what the page shows, as of `nowMs`. Never called twice at once. */
  readonly load: (nowMs: number, signal: AbortSignal) => Promise<PageData>;
  /**
   * Loads the readings of the last 24 hours of the plants that a search finds among more than 500. At most 50 ids, and
   * `nowMs` of the last `load`. By default they are shown without readings.
   */
  readonly readingsOf?:
    | ((plantIds: readonly number[], nowMs: number, signal: AbortSignal) => Promise<readonly HealthReading[]>)
    | undefined;
  /** `systemClock` by default. */
  readonly clock?: Clock | undefined;
  /** IANA name; `Europe/London` by default. */
  readonly timeZone?: string | undefined;
  /** The page's title; the museum's by default. */
  readonly title?: string | undefined;
  /** A command that gets readings; shown while there are none. */
  readonly hint?: string | null | undefined;
  /** `events` (default) keeps a stream open for each viewer; with `poll` each viewer asks once a minute. */
  readonly live?: "events" | "poll" | undefined;
  /** How old a page may become before it is made again: 30,000 by default. */
  readonly refreshMs?: number | undefined;
  /** Viewers with an open stream; further ones ask once a minute. 100 by default. */
  readonly maxViewers?: number | undefined;
  /**
   * Values of the Host header that are served, such as `127.0.0.1:8081`; any by default. Without it, a web page elsewhere
   * can read a dashboard on localhost, by a name that it lets point there.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Rejects if the database does not answer or a migration is pending. */
  readonly checkReady?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Added to `/status.json`. */
  readonly status?: ((signal: AbortSignal) => Promise<Readonly<Record<string, unknown>>>) | undefined;
  /**
   * Added to `/metrics`, such as what `sqlOperatorMetrics` returns. Called at most once in `refreshMs`, and never twice at
   * once. While it rejects, its metrics are missing.
   */
  readonly metrics?: ((nowMs: number, signal: AbortSignal) => Promise<OperatorMetrics>) | undefined;
  /** Receives an error of one of the functions above; the response does not contain it. What this throws is ignored. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The handler of a dashboard, and the viewers it has. */
export interface Dashboard {
  /**
   * Responds to `/`, `/events`, `/healthz`, `/readyz`, `/status.json` and `/metrics`, below any path. Never rejects.
   * Can be called without its object.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Viewers with an open stream. */
  readonly viewers: number;
  /** Ends the streams and their timer. */
  close(): void;
}

const loadTimeoutMs = 20_000;
const readyTimeoutMs = 2_000;

const securityHeaders = {
  "content-security-policy": `${contentSecurityPolicy}; frame-ancestors 'none'`,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/**
 * The page as a handler of WHATWG requests, which runs under any server that has them. Who may look is the business of
 * whatever is in front of it. Compression is, too.
 *
 * @throws PlantHealthError `OPTION_INVALID` for an unknown time zone
 *
 * @example
 * ```ts
 * import { createDashboard } from "@lmnh/plant-health/dashboard";
 * import { loadPageData } from "@lmnh/plant-health/page";
 *
 * const dashboard = createDashboard({
 *   load: (nowMs) => loadPageData({ ...stores, nowMs, history: [] }),
 * });
 * const response = await dashboard.fetch(new Request("http://localhost/status.json"));
 * dashboard.close();
 * ```
 */
export function createDashboard(options: DashboardOptions): Dashboard {
  const {
    clock = systemClock,
    timeZone = defaultTimeZone,
    title = defaultTitle,
    live = "events",
    refreshMs = 30_000,
    maxViewers = 100,
    allowedHosts,
    readingsOf = async () => [],
    checkReady = async () => {},
    status = async () => ({}),
    metrics = async () => ({}),
  } = options;
  const onError = (error: unknown) => callSafely(() => options.onError?.(error));
  timeWords(timeZone);
  const closed = new AbortController();
  const pages = pageCache({
    ...options,
    clock,
    readingsOf,
    timeZone,
    title,
    live,
    refreshMs,
    loadTimeoutMs,
    onError,
  });
  const version = async () => (await pages.page(null)).etag.replaceAll('"', "");
  const streams = eventStreams({ clock, everyMs: refreshMs, maxViewers, version });
  const limited = <T>(work: (signal: AbortSignal) => Promise<T>, timeoutMs: number) =>
    withTimeout(work, { clock, timeoutMs, closed: closed.signal });

  let loadedMetrics: { readonly atMs: number; readonly metrics: Promise<OperatorMetrics> } | null = null;
  const operatorMetrics = (): Promise<OperatorMetrics> => {
    const nowMs = clock.now();
    if (loadedMetrics === null || nowMs - loadedMetrics.atMs >= refreshMs)
      loadedMetrics = {
        atMs: nowMs,
        metrics: limited((signal) => metrics(nowMs, signal), loadTimeoutMs).catch((error: unknown) => {
          onError(error);
          return {};
        }),
      };
    return loadedMetrics.metrics;
  };

  const respondPage = async (request: Request, url: URL): Promise<Response> => {
    const { bytes, etag, isFailing } = await pages.page(url.searchParams.get("q"));
    const headers = {
      etag,
      "cache-control": "private, no-cache",
      "content-type": "text/html; charset=utf-8",
    };
    if (!isFailing && hasEtag(request.headers.get("if-none-match"), etag)) return respond(304, null, headers);
    return respond(isFailing ? 503 : 200, bytes, isFailing ? { ...headers, "retry-after": "60" } : headers);
  };
  const respondEvents = (request: Request): Response => {
    if (live !== "events") return respondText(404, "not found");
    if (request.method === "HEAD") return respond(200, null, eventHeaders);
    const stream = streams.open(request.signal);
    return stream === null
      ? respondText(503, "too many viewers", { "retry-after": "60" })
      : respond(200, stream, eventHeaders);
  };
  const routes: Readonly<Record<string, (request: Request, url: URL) => Promise<Response> | Response>> = {
    "": respondPage,
    events: respondEvents,
    healthz: () => respondText(200, "ok"),
    readyz: async () => {
      try {
        await limited(checkReady, readyTimeoutMs);
        return respondText(200, "ready");
      } catch (error) {
        onError(error);
        return respondText(503, "not ready");
      }
    },
    "status.json": async () => {
      const { model, failingSinceMs } = await pages.model();
      const added = await limited(status, loadTimeoutMs);
      const isFailing = failingSinceMs !== null;
      const body = {
        ...(model !== null && describeStatus(model)),
        // What the rest says is of the last page that could be made.
        ...(isFailing && { state: "failing" }),
        failingSince: isoTime(failingSinceMs),
        ...added,
      };
      return respond(isFailing ? 503 : 200, `${JSON.stringify(body, null, 2)}\n`, {
        "cache-control": "no-store",
        "content-type": "application/json",
      });
    },
    metrics: async () => {
      const { model, failingSinceMs } = await pages.model();
      const text = formatOpenMetrics(failingSinceMs === null ? model : null, await operatorMetrics());
      return respond(200, text, { "cache-control": "no-store", "content-type": openMetricsType });
    },
  };

  const route = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (request.method !== "GET" && request.method !== "HEAD")
      return respondText(405, "method not allowed", { allow: "GET, HEAD" });
    if (allowedHosts !== undefined && !allowedHosts.includes(url.host))
      return respondText(421, "unknown host");
    const name = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    const handle = Object.hasOwn(routes, name) ? routes[name] : undefined;
    return handle === undefined ? respondText(404, "not found") : await handle(request, url);
  };
  return {
    fetch: async (request) => {
      try {
        const response = await route(request);
        return request.method === "HEAD" ? new Response(null, response) : response;
      } catch (error) {
        onError(error);
        return respondText(500, "internal error");
      }
    },
    get viewers() {
      return streams.viewers;
    },
    close: () => {
      closed.abort(new Error("The dashboard is closed"));
      streams.close();
      pages.close();
    },
  };
}

const eventHeaders = {
  "cache-control": "no-store",
  "content-type": "text/event-stream; charset=utf-8",
  // nginx would collect the events.
  "x-accel-buffering": "no",
};

function respond(
  status: number,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null,
  headers: Readonly<Record<string, string>>,
): Response {
  return new Response(body, { status, headers: { ...securityHeaders, ...headers } });
}

function respondText(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return respond(status, `${text}\n`, {
    "cache-control": "no-store",
    "content-type": "text/plain; charset=utf-8",
    ...headers,
  });
}

/** A proxy that compresses marks the tag as weak. */
function hasEtag(header: string | null, etag: string): boolean {
  const tags = (header ?? "").slice(0, 1_000).split(",");
  return tags.some((tag) => tag.trim().replace(/^W\//, "") === etag);
}

function describeStatus(model: PageModel): Readonly<Record<string, unknown>> {
  const { state, verdict, nowMs, newestReadingMs, lastCompleteRunMs, counts, outage, plants } = model;
  return {
    state,
    verdict,
    asOf: isoTime(nowMs),
    newestReading: isoTime(newestReadingMs),
    lastCompleteRun: isoTime(lastCompleteRunMs),
    plants: counts,
    outage: outage !== null,
    alerts: plants.flatMap(({ plantId, name, alerts }) =>
      alerts.map(({ alertId, rule, kind, heading, sentence, startedMs, acknowledgedMs }) => ({
        id: alertId,
        plantId,
        name,
        rule,
        kind,
        heading,
        sentence: sentence.replaceAll("\u00a0", " "),
        since: isoTime(startedMs),
        acknowledged: isoTime(acknowledgedMs),
      })),
    ),
  };
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
