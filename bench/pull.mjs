import { randomUUID } from "node:crypto";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inProcess, measure } from "./harness/measure.mjs";
import { startSimulator } from "./harness/simulator.mjs";
import { withFolder } from "./harness/temporary-folder.mjs";

const nodeHttp = "p-limit + node:http";
const clock = { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) };

/** Two pulls a process: the code of the first one is not compiled yet, and a watch has only one such pull. */
export const pull = {
  name: "pull",
  title: "Plants from the API into SQLite",
  options: { plants: 10_000, latency: 20, concurrency: 64 },
  rounds: 5,
  alternative: nodeHttp,
  measures: {
    first: { title: "first pull, ms", digits: 0, compared: true },
    next: { title: "next pull, ms", digits: 0, compared: true },
    cpuSeconds: { title: "CPU s of both", digits: 1, compared: true },
    peakMb: { title: "peak MB", digits: 0 },
  },
  describe: ({ plants, latency, concurrency }) =>
    `${count(plants)} plants, ${latency} ms per response, ${concurrency} requests at once: the ideal is ${count(
      Math.ceil(plants / concurrency) * latency,
    )} ms.`,
  async prepare(options) {
    const { url, stop } = await startSimulator({ plants: options.plants, latencyMs: options.latency });
    // Not counted: it compiles the simulator's code, which would slow the first way alone.
    await inProcess("pull", nodeHttp, options, { url });
    return { context: { url }, release: stop };
  },
  ways: {
    [nodeHttp]: (options, { url }) => {
      const agent = new Agent({ keepAlive: true, maxSockets: options.concurrency });
      return pullWithLimit(options, url, (address) => getJson(address, agent));
    },
    "p-limit + cross-fetch": async (options, { url }) => {
      const { default: crossFetch } = await import("cross-fetch");
      const agent = new Agent({ keepAlive: true, maxSockets: options.concurrency });
      return pullWithLimit(options, url, async (address) => (await crossFetch(address, { agent })).json());
    },
    "the HTTP source": async (options, { url }) => {
      const { httpPlantSource } = await import("@lmnh/plant-etl/http");
      const source = httpPlantSource(sourceOptions(options, url));
      return await twice(options, async () => {
        let received = 0;
        for await (const { outcome } of source.responses(new AbortController().signal))
          if (outcome.kind === "received" && outcome.status === 200) received += 1;
        return received;
      });
    },
    "the pipeline": async (options, { url }) => {
      const { lmnhTransform, runEtl } = await import("@lmnh/plant-etl");
      const { httpPlantSource } = await import("@lmnh/plant-etl/http");
      const { sqlPlantStore } = await import("@lmnh/plant-etl/sql");
      const { migrate } = await import("@lmnh/plant-schema");
      const { openSqlite } = await import("@lmnh/plant-schema/sqlite");
      return await withFolder(async (folder) => {
        const database = await openSqlite(`sqlite:${join(folder, "plants.db")}`);
        await migrate(database);
        const source = httpPlantSource(sourceOptions(options, url));
        const store = sqlPlantStore(database);
        const figures = await twice(
          options,
          async () =>
            (await runEtl({ source, transform: lmnhTransform(), store, clock, runId: randomUUID() })).loaded,
        );
        await database.close();
        return figures;
      });
    },
  },
};

async function pullWithLimit(options, url, getPlant) {
  const { default: pLimit } = await import("p-limit");
  const limit = pLimit(options.concurrency);
  const ids = Array.from({ length: options.plants }, (_, index) => index + 1);
  return await twice(options, async () => {
    const payloads = await Promise.all(ids.map((id) => limit(() => getPlant(`${url}/${id}`))));
    return payloads.filter(({ temperature }) => typeof temperature === "number").length;
  });
}

function getJson(url, agent) {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.once("error", reject);
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.once("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    }).once("error", reject);
  });
}

function sourceOptions({ plants, concurrency }, baseUrl) {
  const roster = { kind: "list", ranges: [[1, plants]] };
  return { baseUrl, roster, clock, random: Math.random, concurrency };
}

async function twice({ plants }, pullOnce) {
  let first;
  let next;
  const { cpuMs, peakMb } = await measure(async () => {
    first = await timed(plants, pullOnce);
    next = await timed(plants, pullOnce);
  });
  return { first, next, cpuSeconds: cpuMs / 1000, peakMb };
}

async function timed(plants, pullOnce) {
  const startedMs = performance.now();
  const readings = await pullOnce();
  const wallMs = performance.now() - startedMs;
  // Some plants are on loan or do not exist.
  if (readings < 0.9 * plants) throw new Error(`only ${readings} readings`);
  return wallMs;
}

function count(value) {
  return value.toLocaleString("en-GB");
}
