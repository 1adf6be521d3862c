import type { PlantSource } from "../ports.js";
import { defaultConcurrency, fetchPlantSource, type HttpPlantSourceOptions } from "./fetch-plant-source.js";
import { keepAliveFetch, openKeepAliveFetch } from "./keep-alive-fetch.js";
import type { Fetch } from "./send-request.js";

/**
 * `fetchPlantSource` with a cross-fetch of its own, which keeps a connection open for each concurrent request until the
 * iteration ends. For runs that share connections, give one `keepAliveFetch` to their `fetchPlantSource`s.
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
  const sourceOver = (fetch: Fetch) => fetchPlantSource({ ...options, fetch });
  // Checks the options.
  sourceOver(keepAliveFetch({ maxSockets }));
  return {
    async *responses(signal) {
      const { fetch, close } = openKeepAliveFetch({ maxSockets });
      try {
        yield* sourceOver(fetch).responses(signal);
      } finally {
        close();
      }
    },
  };
}
