import type { Clock, PlantSource, Random } from "@lmnh/plant-etl";
import { type Fetch, fetchPlantSource } from "@lmnh/plant-etl/fetch";
import { httpPlantSource } from "@lmnh/plant-etl/http";
import type { SourceValues } from "./settings/setting-groups.js";

export type HttpSourceValues = Pick<SourceValues, "api" | "plants"> &
  Partial<Pick<SourceValues, "concurrency" | "requestTimeout" | "header" | "apiToken">>;

export interface HttpSourceTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: string;
  /** Attempts of each request. 4 by default. */
  readonly attempts?: number | undefined;
  /** One whose connections outlive the source; each source has its own by default. */
  readonly fetch?: Fetch | undefined;
}

/** The API of the settings. */
export function httpSource(
  { api, plants, concurrency, requestTimeout, header, apiToken }: HttpSourceValues,
  { clock, random, userAgent, attempts, fetch }: HttpSourceTools,
): PlantSource {
  const options = {
    baseUrl: api,
    roster: plants,
    headers: {
      "user-agent": userAgent,
      ...(apiToken !== undefined && { authorization: `Bearer ${apiToken}` }),
      ...header,
    },
    clock,
    random,
    ...(concurrency !== undefined && { concurrency }),
    ...(requestTimeout !== undefined && { requestTimeoutMs: requestTimeout }),
    ...(attempts !== undefined && { retry: { attempts } }),
  };
  return fetch === undefined ? httpPlantSource(options) : fetchPlantSource({ ...options, fetch });
}
