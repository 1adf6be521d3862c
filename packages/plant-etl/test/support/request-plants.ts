import { fetchPlantSource, type HttpPlantSourceOptions } from "../../src/extract/fetch-plant-source.js";
import { httpPlantSource } from "../../src/extract/http-plant-source.js";
import { parseRoster } from "../../src/extract/roster.js";
import type { PlantSource } from "../../src/ports.js";
import type { PlantResponse } from "../../src/response.js";
import { fakeClock } from "./fake-clock.js";

/** The two implementations of fetch to test with; `undefined` is `httpPlantSource`, cross-fetch. */
export const fetches = [
  { fetchName: "cross-fetch", fetch: undefined },
  { fetchName: "Node's fetch", fetch: globalThis.fetch },
] as const;

export type SourceOptions = Partial<Omit<HttpPlantSourceOptions, "roster">> & {
  readonly baseUrl: string;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly roster?: HttpPlantSourceOptions["roster"] | string;
};

/** Creates a source of plant 1 without delays between attempts, except for `options`. */
export function createSource({ fetch, roster = "1", ...options }: SourceOptions): PlantSource {
  const all = {
    clock: fakeClock(),
    random: () => 0.5,
    roster: typeof roster === "string" ? parseRoster(roster) : roster,
    ...options,
  };
  return fetch === undefined ? httpPlantSource(all) : fetchPlantSource({ ...all, fetch });
}

export async function collect(
  source: PlantSource,
  signal = new AbortController().signal,
): Promise<PlantResponse[]> {
  const responses: PlantResponse[] = [];
  for await (const response of source.responses(signal)) responses.push(response);
  return responses;
}

/** Requests one plant. */
export async function requestOne(options: SourceOptions): Promise<PlantResponse> {
  const [response] = await collect(createSource(options));
  if (response === undefined) throw new Error("no response");
  return response;
}
