// 10,000 plants at 20 ms per response, 64 at a time: the HTTP source alone and the complete pipeline (retries, validation,
// transform, SQLite) compared with cross-fetch, Node's own fetch and node:http under p-limit, which only get and parse.
// The ideal is ⌈plants ÷ concurrency⌉ × latency. Each way pulls twice in a process of its own: the code of the first pull
// is not compiled yet, and a process that pulls every minute has only one such pull.
//
//   npm run bench -- pull            # [plants] [latency ms] [concurrency]
import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const self = fileURLToPath(import.meta.url);
const [plants = 10_000, latencyMs = 20, concurrency = 64] = process.argv.slice(2, 5).map(Number);
const role = process.env.BENCH_ROLE;
const clock = { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) };

const roles = {
  simulator: serve,
  "p-limit + node:http": pullWithHttp,
  "p-limit + cross-fetch": pullWithCrossFetch,
  "p-limit + fetch": () => pullWithLimit(async (url) => (await fetch(url)).json()),
  "HTTP source": pullWithSource,
  "complete pipeline": pullWithPipeline,
};

if (role === undefined) await compare();
else process.send(await roles[role]());

async function compare() {
  const simulator = await start("simulator");
  const idealMs = Math.ceil(plants / concurrency) * latencyMs;
  // Not counted: it compiles the simulator's code, which would slow the first way alone.
  (await start("p-limit + node:http", simulator.value)).child.kill();
  console.log(
    `${plants} plants, ${latencyMs} ms per response, ${concurrency} at a time: ideal ${idealMs} ms\n`,
  );
  console.log("way                     run   first ms   ÷ ideal   next ms   ÷ ideal   peak MB   readings");
  for (let run = 1; run <= 3; run++)
    for (const way of Object.keys(roles).slice(1)) {
      const { value, child } = await start(way, simulator.value);
      const cells = [way.padEnd(23), String(run).padEnd(5)];
      for (const wallMs of value.wallMs)
        cells.push(wallMs.toFixed(0).padStart(8), (wallMs / idealMs).toFixed(2).padStart(9));
      cells.push(value.peakMb.toFixed(0).padStart(9), value.readings.join(" + ").padStart(13));
      console.log(cells.join(" "));
      child.kill();
    }
  simulator.child.kill();
}

function start(name, url) {
  const child = fork(self, process.argv.slice(2), {
    env: { ...process.env, BENCH_ROLE: name, BENCH_URL: url ?? "" },
  });
  return new Promise((resolve, reject) => {
    child.once("message", (value) => resolve({ value, child }));
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
}

async function serve() {
  const { createSimulator } = await import("@lmnh/museum-simulator");
  const simulator = await createSimulator({
    now: Date.now,
    plantCount: plants,
    faultRate: 0,
    latencyMs: [latencyMs, latencyMs],
    maxConcurrent: Number.POSITIVE_INFINITY,
  });
  return simulator.url;
}

async function pullWithPipeline() {
  const { httpPlantSource, sqlPlantStore, runEtl } = await import("@lmnh/plant-etl");
  const { migrate } = await import("@lmnh/plant-schema");
  const { openSqlite } = await import("@lmnh/plant-schema/sqlite");
  const folder = mkdtempSync(join(tmpdir(), "bench-pull-"));
  const database = await openSqlite(`sqlite:${join(folder, "plants.db")}`);
  await migrate(database);
  const source = httpPlantSource(sourceOptions());
  const store = sqlPlantStore(database);
  const result = await twice(
    async () => (await runEtl({ source, store, clock, runId: randomUUID() })).loaded,
  );
  await database.close();
  rmSync(folder, { recursive: true });
  return result;
}

async function pullWithSource() {
  const { httpPlantSource } = await import("@lmnh/plant-etl");
  const source = httpPlantSource(sourceOptions());
  return await twice(async () => {
    let received = 0;
    for await (const { outcome } of source.responses(new AbortController().signal))
      if (outcome.kind === "received" && outcome.status === 200) received += 1;
    return received;
  });
}

async function pullWithCrossFetch() {
  const { default: crossFetch } = await import("cross-fetch");
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  return pullWithLimit(async (url) => (await crossFetch(url, { agent })).json());
}

/** Node's own client, on which cross-fetch is built: the upper bound of its speed. */
function pullWithHttp() {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const getJson = (url) =>
    new Promise((resolve, reject) => {
      get(url, { agent }, (response) => {
        response.once("error", reject);
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.once("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      }).once("error", reject);
    });
  return pullWithLimit(getJson);
}

async function pullWithLimit(getJson) {
  const { default: pLimit } = await import("p-limit");
  const limit = pLimit(concurrency);
  const ids = Array.from({ length: plants }, (_, index) => index + 1);
  return await twice(async () => {
    const payloads = await Promise.all(
      ids.map((id) => limit(() => getJson(`${process.env.BENCH_URL}/${id}`))),
    );
    return payloads.filter((payload) => typeof payload.temperature === "number").length;
  });
}

function sourceOptions() {
  const roster = { kind: "list", ranges: [[1, plants]] };
  return { baseUrl: process.env.BENCH_URL, roster, clock, random: Math.random, concurrency };
}

async function twice(pull) {
  const wallMs = [];
  const readings = [];
  for (let nth = 0; nth < 2; nth++) {
    const startedMs = performance.now();
    readings.push(await pull());
    wallMs.push(performance.now() - startedMs);
  }
  return { wallMs, readings, peakMb: process.resourceUsage().maxRSS / 1024 };
}
