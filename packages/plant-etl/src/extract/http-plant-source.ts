import type { PlantSource } from "../ports.js";
import { defaultConcurrency, fetchPlantSource, type HttpPlantSourceOptions } from "./fetch-plant-source.js";
import { keepAliveFetch } from "./keep-alive-fetch.js";

/**
 * `fetchPlantSource` with a cross-fetch of its own, which keeps a connection open for each concurrent request.
 *
 * @throws PlantEtlError `OPTION_INVALID` for an invalid option
 *
 * @example
 * ```ts
 * import { httpPlantSource } from "@lmnh/plant-etl/http";
 *
 * const source = httpPlantSource({
 *   baseUrl: "https://example.org/plants",
 *   roster: { kind: "discover", from: 1, stopAfter: 10, upTo: 10_000 },
 *   concurrency: 4,
 * });
 * ```
 */
export function httpPlantSource(options: HttpPlantSourceOptions): PlantSource {
  const maxSockets = options.concurrency ?? defaultConcurrency;
  return fetchPlantSource({ ...options, fetch: keepAliveFetch({ maxSockets }) });
}
