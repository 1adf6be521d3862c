import type { Batch, LoadCounts, PlantStore, Report, RunFailure, RunStart } from "@lmnh/plant-etl";

/** A store around another one that counts what it loads, for a gauge. */
export class CountingPlantStore implements PlantStore {
  loaded = 0;
  readonly #store: PlantStore;

  constructor(store: PlantStore) {
    this.#store = store;
  }

  beginRun(run: RunStart): Promise<void> {
    return this.#store.beginRun(run);
  }

  async load(batch: Batch, run: RunStart): Promise<LoadCounts> {
    const counts = await this.#store.load(batch, run);
    this.loaded += counts.loaded;
    return counts;
  }

  finishRun(report: Report): Promise<void> {
    return this.#store.finishRun(report);
  }

  failRun(run: RunStart, failure: RunFailure): Promise<void> {
    return this.#store.failRun(run, failure);
  }
}
