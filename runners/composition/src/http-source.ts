import { type Clock, httpPlantSource, type PlantSource, type Random } from "@lmnh/plant-etl";
import type { SourceValues } from "./settings/groups.js";

/** The API that the settings mean, asked as they have it. */
export function httpSource(
  { api, plants, concurrency, requestTimeout }: SourceValues,
  {
    clock,
    random,
    userAgent,
  }: { readonly clock: Clock; readonly random: Random; readonly userAgent: string },
): PlantSource {
  return httpPlantSource({
    baseUrl: api,
    roster: plants,
    concurrency,
    requestTimeoutMs: requestTimeout,
    headers: { "user-agent": userAgent },
    clock,
    random,
  });
}
