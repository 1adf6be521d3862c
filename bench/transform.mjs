import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProcess } from "./harness/measure.mjs";
import { startSimulator } from "./harness/simulator.mjs";
import { makeFolder } from "./harness/temporary-folder.mjs";

const zodAlone = "JSON.parse + zod";

/** The alternative checks the types of the same keys with one schema, and normalises nothing. */
export const transform = {
  name: "transform",
  title: "Responses into readings",
  options: { responses: 10_000 },
  rounds: 7,
  alternative: zodAlone,
  measures: {
    first: { title: "first time, µs per response", digits: 1, compared: true },
    third: { title: "third time, µs per response", digits: 1, compared: true },
  },
  describe: ({ responses }) =>
    `${responses.toLocaleString("en-GB")} responses of as many plants, three times in a process.`,
  async prepare({ responses }) {
    const { folder, remove } = makeFolder();
    const { url, stop } = await startSimulator({ plants: responses, latencyMs: 0 });
    try {
      const file = join(folder, "responses.json");
      await inProcess("transform", "record", { responses }, { url, file });
      return { context: { file }, release: remove };
    } catch (error) {
      remove();
      throw error;
    } finally {
      stop();
    }
  },
  steps: {
    async record({ responses: plants }, { url, file }) {
      const { httpPlantSource } = await import("@lmnh/plant-etl/http");
      const source = httpPlantSource({
        baseUrl: url,
        roster: { kind: "list", ranges: [[1, plants]] },
        clock: { now: Date.now, sleep: async () => {} },
        random: Math.random,
        concurrency: 64,
      });
      const responses = [];
      for await (const response of source.responses(new AbortController().signal)) responses.push(response);
      writeFileSync(file, JSON.stringify(responses));
    },
  },
  ways: {
    "the transform": async (_, { file }) => {
      const { buildBatch, lmnhTransform } = await import("@lmnh/plant-etl");
      return measureTimes(file, (responses) => buildBatch(responses, lmnhTransform()).batch.readings);
    },
    [zodAlone]: async (_, { file }) => {
      const schema = await plantSchema();
      return measureTimes(file, (responses) =>
        responses.flatMap(({ outcome }) => {
          const { success, data } = schema.safeParse(JSON.parse(outcome.body));
          return success ? [data] : [];
        }),
      );
    },
    "JSON.parse": (_, { file }) =>
      measureTimes(file, (responses) =>
        responses.flatMap(({ outcome }) => {
          const value = JSON.parse(outcome.body);
          return typeof value.temperature === "number" ? [value] : [];
        }),
      ),
  },
};

async function plantSchema() {
  const z = await import("zod");
  return z.object({
    plant_id: z.int(),
    name: z.string(),
    scientific_name: z.array(z.string()).optional(),
    recording_taken: z.string(),
    last_watered: z.string(),
    temperature: z.number(),
    soil_moisture: z.number(),
    botanist: z.object({ name: z.string(), email: z.string(), phone: z.string() }),
    origin_location: z.object({
      latitude: z.string(),
      longitude: z.string(),
      city: z.string(),
      country: z.string(),
    }),
    images: z.object({ license_url: z.string(), original_url: z.string(), thumbnail: z.string() }).nullish(),
  });
}

const times = 3;

/** As many as the pipeline transforms for one transaction. */
const batchSize = 1000;

function measureTimes(file, read) {
  const responses = JSON.parse(readFileSync(file, "utf8"));
  const [first, , third] = Array.from({ length: times }, () => {
    const startedMs = performance.now();
    let length = 0;
    for (let from = 0; from < responses.length; from += batchSize)
      length += read(responses.slice(from, from + batchSize)).length;
    const wallMs = performance.now() - startedMs;
    // Some plants are on loan or do not exist.
    if (length < 0.9 * responses.length) throw new Error(`only ${length} readings`);
    return (wallMs * 1000) / responses.length;
  });
  return { first, third };
}
