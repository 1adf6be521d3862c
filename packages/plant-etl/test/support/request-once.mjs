// Requests plant 1 in its own process, for tests of environment variables: request-once.mjs URL FETCH
import { httpPlantSource, parseRoster } from "@lmnh/plant-etl";

const [, , baseUrl, fetchName] = process.argv;
const source = httpPlantSource({
  baseUrl,
  roster: parseRoster("1"),
  clock: { now: Date.now, sleep: async () => {} },
  random: Math.random,
  ...(fetchName === "Node's fetch" && { fetch }),
});
for await (const response of source.responses(new AbortController().signal))
  process.stdout.write(JSON.stringify(response));
