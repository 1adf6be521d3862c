// Recall, false alerts and delay of the six health rules, beside fixed bands, three in a row, medians, the usual band of the
// time of day, and QARTOD's tests, over simulated fortnights of 240 plants with faults of seven kinds. Six kinds have to be
// found; wild values (`spikes`) have to be ignored. All ways see the same readings.
//
// The rules are evaluated every 5 minutes, and in the outages every minute, so a delay of theirs is up to 4 minutes longer
// than with an evaluation a minute. 48 plants take about 3 minutes of two cores, 240 five times as long.
//
//   npm run bench -- health          # [--plants 240] [--json]
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { otherWays } from "./health/other-ways.mjs";
import { cohortSize, simulateCohort } from "./health/simulate-cohort.mjs";
import { dayMs, hourMs, minuteMs } from "./health/times.mjs";
import { watchCohort } from "./health/watch-cohort.mjs";

/** The rule that has to find each kind of fault. */
const ruleOf = {
  missedWatering: "not-watered",
  wateringWithoutEffect: "no-effect",
  warming: "temperature",
  stuck: "stuck",
  silent: "silent",
  drift: "drift",
};
const sixRules = "the six rules";

/** Minutes by which waterings are early or late, minutes between pulls, and the share of requests that fail. */
const scenarios = [
  { name: "±0 min, pull every minute", jitter: 0, every: 1, failing: 0 },
  { name: "±30 min, pull every minute", jitter: 30, every: 1, failing: 0, withOthers: true },
  { name: "±90 min, pull every minute", jitter: 90, every: 1, failing: 0 },
  { name: "±30 min, 10 % of requests fail", jitter: 30, every: 1, failing: 0.1 },
  { name: "±30 min, pull every 5 minutes, 10 % fail", jitter: 30, every: 5, failing: 0.1 },
  { name: "±30 min, pull every 10 minutes, 10 % fail", jitter: 30, every: 10, failing: 0.1 },
  { name: "±90 min, pull every 5 minutes, 10 % fail", jitter: 90, every: 5, failing: 0.1 },
  {
    name: "±30 min, pull every 5 minutes, from the first day on",
    jitter: 30,
    every: 5,
    failing: 0,
    leadDays: 0,
  },
];
const warmings = [3, 4, 5, 6].map((degrees) => ({
  name: `warming by ${degrees} °C`,
  jitter: 30,
  every: 5,
  failing: 0,
  degrees,
}));

if (isMainThread) await main();
else parentPort.postMessage(workerData.task === "outages" ? measureOutages() : measureCohort(workerData));

async function main() {
  const { values } = parseArgs({
    options: { plants: { type: "string", default: "240" }, json: { type: "boolean", default: false } },
  });
  const cohorts = Math.ceil(Number(values.plants) / cohortSize);
  const startedMs = performance.now();
  const tasks = [
    { task: "outages" },
    ...scenarios.flatMap((scenario) =>
      Array.from({ length: cohorts }, (_, n) => ({ scenario, seed: n + 1 })),
    ),
    ...warmings.map((scenario) => ({ scenario, seed: 1 })),
  ];
  const results = await runAll(tasks);
  const [outages, ...measured] = results;
  const report = {
    plantFortnights: cohorts * cohortSize,
    scenarios: scenarios.map(({ name }) => summarize(name, measured)),
    warmings: warmings.map(({ name }) => summarize(name, measured)),
    outages,
    seconds: Math.round((performance.now() - startedMs) / 1000),
  };
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else print(report);
}

/** One thread a core takes the tasks in turn. */
async function runAll(tasks) {
  const results = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < tasks.length; index = next++)
      results[index] = await new Promise((resolve, reject) => {
        const worker = new Worker(new URL(import.meta.url), { workerData: tasks[index], argv: [] });
        worker.once("message", resolve);
        worker.once("error", reject);
      });
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
  return results;
}

/** What each way finds in one cohort: counts that can be added up. */
function measureCohort({ scenario, seed }) {
  const days = scenario.degrees === undefined ? 14 : 8;
  const cohort = simulateCohort({ ...scenario, seed, days });
  const weeks = (cohort.plants.length * days) / 7;
  const watchMs = performance.now();
  const stepMinutes = Math.max(scenario.every, 5);
  const fired = watchCohort(cohort, stepMinutes);
  const evaluateMs = (performance.now() - watchMs) / ((days * 24 * 60) / stepMinutes);
  const ways = { [sixRules]: judge(cohort, fired, (fault, { rule }) => rule === ruleOf[fault.kind]) };
  if (scenario.withOthers)
    for (const [way, find] of Object.entries(otherWays)) {
      const found = cohort.plants.flatMap((plant) => {
        const startIndex = plant.readings.findIndex(({ takenMs }) => takenMs >= cohort.startMs);
        return find({ ...plant, startIndex, every: cohort.every }, cohort.profiles);
      });
      // Any alert during a fault finds it.
      ways[way] = judge(cohort, found, (fault) => fault.kind in ruleOf);
    }
  return { name: scenario.name, weeks, evaluateMs, ways };
}

/** `finds` tells whether an alert during a fault is right; every other alert is false. */
function judge({ plants }, fired, finds) {
  const faults = [];
  let falseAlerts = 0;
  for (const { plantId, fault } of plants) {
    const own = fired.filter((alert) => alert.plantId === plantId);
    // An alert may need the first readings after the fault.
    const isDuring = ({ firedMs }) =>
      fault !== null && firedMs >= fault.fromMs && firedMs < fault.untilMs + hourMs;
    const right = own.filter((alert) => isDuring(alert) && finds(fault, alert));
    falseAlerts += own.length - right.length;
    if (fault !== null && fault.kind in ruleOf)
      faults.push({ kind: fault.kind, delayMs: right.length > 0 ? right[0].firedMs - fault.fromMs : null });
  }
  return { faults, falseAlerts };
}

/** 20 outages of 40 minutes, 17 hours apart. */
function measureOutages() {
  const startMs = Date.UTC(2026, 0, 12);
  const outages = Array.from({ length: 20 }, (_, n) => {
    const fromMs = startMs + dayMs + n * 17 * hourMs;
    return { fromMs, untilMs: fromMs + 40 * minuteMs };
  });
  const cohort = simulateCohort({ seed: 1, jitter: 30, every: 1, failing: 0.1, days: 16, outages });
  const fired = watchCohort(cohort, 1);
  const system = fired.filter(({ rule }) => rule === "outage");
  return { outages: outages.length, toOperator: system.length, others: fired.length - system.length };
}

function summarize(name, measured) {
  const parts = measured.filter((part) => part.name === name);
  const weeks = parts.reduce((sum, part) => sum + part.weeks, 0);
  const ways = Object.keys(parts[0].ways).map((way) => {
    const faults = parts.flatMap((part) => part.ways[way].faults);
    const falseAlerts = parts.reduce((sum, part) => sum + part.ways[way].falseAlerts, 0);
    const kinds = Object.keys(ruleOf).filter((kind) => faults.some((fault) => fault.kind === kind));
    return {
      way,
      ...figuresOf(faults),
      falseAlerts,
      falseAlertsPerPlantWeek: falseAlerts / weeks,
      kinds: kinds.map((kind) => ({ kind, ...figuresOf(faults.filter((fault) => fault.kind === kind)) })),
    };
  });
  const evaluateMs = Math.max(...parts.map((part) => part.evaluateMs));
  return { name, plantWeeks: weeks, evaluateMs, ways };
}

function figuresOf(faults) {
  const delays = faults
    .flatMap(({ delayMs }) => (delayMs === null ? [] : [delayMs / minuteMs]))
    .sort((a, b) => a - b);
  const at = (share) => delays[Math.ceil(share * delays.length) - 1] ?? null;
  return {
    faults: faults.length,
    found: delays.length,
    recall: delays.length / faults.length,
    delayMinutes: { median: at(0.5), p95: at(0.95) },
  };
}

function print({ plantFortnights, scenarios: rows, warmings: warmer, outages, seconds }) {
  const minutes = (value) =>
    value === null ? "-" : value < 600 ? value.toFixed(0) : `${(value / 1440).toFixed(1)} d`;
  const line = (name, { found, faults, recall, delayMinutes }, rate = "") =>
    console.log(
      `${name.padEnd(64)} ${recall.toFixed(2).padStart(6)} ${`${found}/${faults}`.padStart(8)} ${rate.padStart(12)} ${minutes(delayMinutes.median).padStart(7)} ${minutes(delayMinutes.p95).padStart(7)}`,
    );
  const head = (title) => console.log(`\n${title.padEnd(64)} recall    found  false/week  median     p95`);
  console.log(`${plantFortnights} fortnights of a plant a scenario; delays in minutes, or days`);
  const main = rows.find(({ ways }) => ways.length > 1);
  head(`${main.name}: ways`);
  for (const way of main.ways) line(way.way, way, way.falseAlertsPerPlantWeek.toFixed(2));
  head("the six rules");
  for (const { name, ways } of rows) line(name, ways[0], ways[0].falseAlertsPerPlantWeek.toFixed(3));
  head(`the six rules, ${main.name}: kinds of faults`);
  for (const kind of main.ways[0].kinds) line(kind.kind, kind);
  for (const { name, ways } of warmer) line(name, ways[0]);
  console.log(
    `\n${outages.outages} outages of 40 minutes: ${outages.toOperator} alerts to the operator, ${outages.others} others.`,
  );
  console.log(
    `One evaluation of ${cohortSize} plants: ${main.evaluateMs.toFixed(1)} ms. The bench took ${seconds} s.`,
  );
}
