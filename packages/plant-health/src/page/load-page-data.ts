import type { HealthStores } from "../check-health.js";
import { maxPlants, type PageData } from "./build-page-model.js";
import type { DaySummary } from "./page-model.js";

/** The stores of the pipeline, and the archive's days. */
export interface LoadPageOptions extends HealthStores {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** The days of the archive, by plant and day; empty without an archive. */
  readonly history: readonly DaySummary[];
}

const dayMs = 24 * 3_600_000;
const profileDays = 28;

/**
 * Loads what the page shows. Of more plants than a page shows, only those with an alert have their readings loaded, so
 * that the page needs as much memory with 10,000 plants as with 500.
 *
 * @throws the errors of the stores
 */
export async function loadPageData({
  records,
  habits,
  alerts: store,
  nowMs,
  history,
}: LoadPageOptions): Promise<PageData> {
  const sinceMs = nowMs - dayMs;
  const plants = await records.plants();
  const alerts = await store.alerts(sinceMs);
  const profiles = await habits.profiles(new Date(nowMs - profileDays * dayMs).toISOString().slice(0, 10));
  const inNeed = () => [...new Set(alerts.flatMap(({ plantId }) => plantId ?? []))].slice(0, maxPlants);
  return {
    plants,
    readings: await records.readings(sinceMs, nowMs + 1, plants.length > maxPlants ? inNeed() : undefined),
    newestReadingMs: await records.newestReading(),
    notices: await records.notices(sinceMs),
    runs: await records.runs(sinceMs),
    profiles,
    alerts,
    history,
  };
}
