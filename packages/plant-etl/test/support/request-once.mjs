// Asks for plant 1 in a process of its own, for tests that need its environment: request-once.mjs URL FETCH
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
