import type { Clock } from "@lmnh/plant-schema";
import type { HealthReading } from "../model/records.js";
import {
  buildPageModel,
  findPlants,
  maxPlants,
  type PageData,
  type PageOptions,
} from "../page/build-page-model.js";
import type { PageModel } from "../page/page-model.js";
import { type RenderOptions, renderPage, renderProblemPage } from "../page/render-page.js";

/** A page that was made. */
export interface MadePage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the content, in double quotes. */
  readonly etag: string;
}

export interface PageCache {
  /** The model of the last data that could be loaded; `null` if none could. Loads first if it is older than `refreshMs`. */
  model(): Promise<{ readonly model: PageModel | null; readonly failingSinceMs: number | null }>;
  /** The page, made once for all who ask meanwhile. */
  page(search: string | null): Promise<MadePage & { readonly isFailing: boolean }>;
  close(): void;
}

export interface PageCacheOptions extends Omit<PageOptions, "nowMs" | "search"> {
  readonly title: string;
  readonly load: (nowMs: number, signal: AbortSignal) => Promise<PageData>;
  readonly readingsOf: (
    plantIds: readonly number[],
    nowMs: number,
    signal: AbortSignal,
  ) => Promise<readonly HealthReading[]>;
  readonly clock: Clock;
  readonly live: NonNullable<RenderOptions["live"]>;
  readonly refreshMs: number;
  readonly loadTimeoutMs: number;
  readonly onError: (error: unknown) => void;
}

/** Searches of which the page is kept until the data is loaded again. */
const maxSearches = 20;

interface Snapshot {
  readonly model: PageModel | null;
  /** Kept only if there are more plants than one page shows, to find others. */
  readonly data: PageData | null;
  readonly loadedMs: number;
  readonly failingSinceMs: number | null;
  readonly pages: Map<string, Promise<MadePage>>;
}

/** Loads and renders at most once in `refreshMs`, however many ask; keeps the last good data when a load fails. */
export function pageCache(options: PageCacheOptions): PageCache {
  const { clock, load, readingsOf, refreshMs, loadTimeoutMs, onError, live, title } = options;
  const closed = new AbortController();
  const timeout = { clock, timeoutMs: loadTimeoutMs, closed: closed.signal };
  let snapshot: Snapshot | null = null;
  let loading: Promise<Snapshot> | null = null;

  const loadSnapshot = async (): Promise<Snapshot> => {
    const nowMs = clock.now();
    try {
      const data = await withTimeout((signal) => load(nowMs, signal), timeout);
      const model = buildPageModel(data, { ...options, nowMs });
      const isLarge = data.plants.length > maxPlants;
      return { model, data: isLarge ? data : null, loadedMs: nowMs, failingSinceMs: null, pages: new Map() };
    } catch (error) {
      onError(error);
      const { model = null, data = null, failingSinceMs = null } = snapshot ?? {};
      return { model, data, loadedMs: nowMs, failingSinceMs: failingSinceMs ?? nowMs, pages: new Map() };
    }
  };
  const current = async (): Promise<Snapshot> => {
    if (snapshot !== null && clock.now() - snapshot.loadedMs < refreshMs) return snapshot;
    loading ??= loadSnapshot().finally(() => {
      loading = null;
    });
    snapshot = await loading;
    return snapshot;
  };
  /** Of a search among many plants, whose readings are loaded then. */
  const findModel = async (data: PageData, nowMs: number, search: string): Promise<PageModel> => {
    const plantIds = findPlants(data.plants, search).map(({ plantId }) => plantId);
    const found = new Set(plantIds);
    const others = data.readings.filter(({ plantId }) => !found.has(plantId));
    try {
      const readings = await withTimeout((signal) => readingsOf(plantIds, nowMs, signal), timeout);
      return buildPageModel({ ...data, readings: [...others, ...readings] }, { ...options, nowMs, search });
    } catch (error) {
      onError(error);
      return buildPageModel(data, { ...options, nowMs, search });
    }
  };
  const render = async ({ model, data, failingSinceMs }: Snapshot, search: string): Promise<MadePage> => {
    const found =
      data === null || search === "" || model === null ? model : await findModel(data, model.nowMs, search);
    const text = found === null ? problemPage(title) : renderPage(found, { live, failingSinceMs });
    const bytes = new TextEncoder().encode(text);
    return { bytes, etag: await hashOf(bytes) };
  };
  return {
    model: current,
    page: async (search) => {
      const made = await current();
      const key = made.data === null ? "" : (search ?? "").slice(0, 100);
      let page = made.pages.get(key);
      if (page === undefined) {
        page = render(made, key);
        if (made.pages.size >= maxSearches) made.pages.clear();
        made.pages.set(key, page);
      }
      return { ...(await page), isFailing: made.failingSinceMs !== null };
    },
    close: () => closed.abort(new Error("The dashboard is closed")),
  };
}

function problemPage(title: string): string {
  return renderProblemPage({
    title,
    heading: "The plants cannot be shown right now",
    sentence:
      "Their data cannot be read. This page tries again each minute. Please tell the people who run the pipeline.",
  });
}

interface TimeoutOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly closed: AbortSignal;
}

/** Rejects after the time, and when the dashboard is closed, even if the work does not heed its signal. */
export async function withTimeout<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { clock, timeoutMs, closed }: TimeoutOptions,
): Promise<T> {
  const stop = new AbortController();
  const stopTimer = new AbortController();
  const onClose = () => stop.abort(closed.reason);
  closed.addEventListener("abort", onClose, { once: true });
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener("abort", () => reject(stop.signal.reason), { once: true });
  });
  clock.sleep(timeoutMs, stopTimer.signal).then(
    () => stop.abort(new Error(`no response within ${timeoutMs} ms`)),
    () => {},
  );
  try {
    return await Promise.race([work(stop.signal), stopped]);
  } finally {
    stopTimer.abort();
    closed.removeEventListener("abort", onClose);
  }
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `"${[...digest.subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}
