// Requests plant 1 in its own process, for tests of environment variables: request-once.mjs URL FETCH
import { parseRoster } from "@lmnh/plant-etl";
import { fetchPlantSource } from "@lmnh/plant-etl/fetch";
import { httpPlantSource } from "@lmnh/plant-etl/http";

const [, , baseUrl, fetchName] = process.argv;
const options = {
  baseUrl,
  roster: parseRoster("1"),
  clock: { now: Date.now, sleep: async () => {} },
  random: Math.random,
};
const source =
  fetchName === "Node's fetch" ? fetchPlantSource({ ...options, fetch }) : httpPlantSource(options);
for await (const response of source.responses(new AbortController().signal))
  process.stdout.write(JSON.stringify(response));
