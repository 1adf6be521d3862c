import type { PlantSource } from "../ports.js";
import { defaultConcurrency, fetchPlantSource, type HttpPlantSourceOptions } from "./fetch-plant-source.js";
import { keepAliveFetch } from "./keep-alive-fetch.js";

/**
 * `fetchPlantSource` with a cross-fetch of its own, which keeps a connection open for each concurrent request.
 *
 * @throws PlantEtlError `OPTION_INVALID` for an invalid option
 */
export function httpPlantSource(options: HttpPlantSourceOptions): PlantSource {
  const maxSockets = options.concurrency ?? defaultConcurrency;
  return fetchPlantSource({ ...options, fetch: keepAliveFetch({ maxSockets }) });
}
