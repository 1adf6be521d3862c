import { type Clock, type Fetch, httpPlantSource, type PlantSource, type Random } from "@lmnh/plant-etl";
import type { SourceValues } from "./settings/groups.js";

export interface HttpSourceTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: string;
  /** One that lives on between sources; each has its own by default. */
  readonly fetch?: Fetch;
}

/** The API that the settings mean, asked as they have it. */
export function httpSource(
  { api, plants, concurrency, requestTimeout }: SourceValues,
  { clock, random, userAgent, fetch }: HttpSourceTools,
): PlantSource {
  return httpPlantSource({
    baseUrl: api,
    roster: plants,
    concurrency,
    requestTimeoutMs: requestTimeout,
    headers: { "user-agent": userAgent },
    clock,
    random,
    ...(fetch !== undefined && { fetch }),
  });
}
