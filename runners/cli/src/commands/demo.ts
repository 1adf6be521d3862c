import { join } from "node:path";
import { createSimulator } from "@lmnh/museum-simulator";
import {
  type Clock,
  defaultOutcomeThresholds,
  formatTimestamp,
  lmnhTransform,
  type Report,
  runEtl,
} from "@lmnh/plant-etl";
import { sqlPlantStore } from "@lmnh/plant-etl/sql";
import {
  archiveOutcome,
  duration,
  ExitCode,
  exitCodeOfRun,
  httpSource,
  integer,
  runOutcome,
  setting,
  sqliteDatabase,
  text,
  UserError,
} from "@lmnh/plant-runtime";
import { openDatabase } from "@lmnh/plant-runtime/open";
import { loadReferenceData, migrate } from "@lmnh/plant-schema";
import { museumSeed } from "@lmnh/plant-schema/seed";
import { version } from "../../package.json";
import { defineCommand } from "../command.js";
import { type ProgramName, programName } from "../command-line/program-name.js";
import { archiveDemo } from "../demo/archive-demo.js";
import { demoFaults } from "../demo/demo-faults.js";
import { clearDemoFile, demoApplicationId, demoArchive, demoPage } from "../demo/demo-file.js";
import { checkDemo, demoStores, learnDemoHabits, writeDemoPage } from "../demo/demo-health.js";
import { demoTables } from "../demo/demo-tables.js";
import { pullTimes } from "../demo/pull-times.js";
import { throwIfAborted } from "../demo/throw-if-aborted.js";
import { compareTotals, countTotals, sumReports } from "../demo/totals.js";
import type { Host } from "../host.js";
import { archiveLines } from "../output/format-archive-report.js";
import { describeMs } from "../output/format-run-report.js";
import type { Output } from "../output/output.js";
import { pluralize } from "../output/pluralize.js";
import { listenForStop } from "../session/shutdown-signal.js";

export const demoCommand = defineCommand({
  description: [
    "Starts the simulated API on a free port, creates a SQLite database with the reference data, and runs the pipeline over two simulated days that end now. Prints what the database contains, and checks it against the reports of the runs.",
    "Several plants of these days need someone: the rules of plant alert find them, and the page report.html shows them beside their usual band, which is learned from simulated days before.",
    "Then archives it: writes each closed hour to a Parquet file, verifies the file, and deletes readings older than a day from the database.",
    "Replaces the database, the page and the archive of an earlier demo, and no other file.",
  ],
  examples: [
    ["plant demo", "two days, a run every ten minutes"],
    ["plant demo --days 1 --every 1h", "one day, a run every hour"],
  ],
  exits: [
    [ExitCode.done, "the database and the archive contain exactly what the runs reported"],
    [ExitCode.temporaryFailure, "the demo was stopped, or the simulated API is unavailable"],
    [ExitCode.configuration, "the folder contains a file that no demo made, or is not writable"],
  ],
  settings: {
    dir: setting({
      flag: "--dir <dir>",
      fallback: "plant-data/demo",
      description: "The folder of the database and the archive",
      parse: text,
    }),
    days: setting({
      flag: "--days <number>",
      fallback: "2",
      description: "Simulated days, 1 to 31",
      parse: integer(1, 31, 2),
    }),
    every: setting({
      flag: "--every <duration>",
      fallback: "10m",
      description: "Simulated time between two runs, 1m to 24h",
      parse: duration("1m", "24h", "10m"),
    }),
  },
  async act({ values, host, output }) {
    const { dir, days, every } = values;
    const startedMs = host.elapsedMs();
    const file = join(dir, "plants.db");
    clearDemoFile(file);
    const database = await openDatabase(sqliteDatabase(`sqlite:${file}`), {
      applicationId: demoApplicationId,
      createFolder: true,
    });
    const stop = listenForStop(host, () => {});
    const { signal } = stop;
    try {
      await migrate(database);
      await loadReferenceData(database, museumSeed());
      const pulls = pullTimes(host.clock.now(), days, every);
      const nowMs = pulls.at(-1) ?? 0;
      const stores = demoStores(database, host);
      await learnDemoHabits(stores, pulls[0] ?? nowMs);
      const reports = await pullAll(pulls, sqlPlantStore(database), {
        host,
        output,
        signal,
        afterPull: async (pullMs) => {
          if (isCheckDue(pullMs, nowMs)) await checkDemo(stores, host, pullMs);
        },
      });

      const totals = await countTotals(database);
      const reported = sumReports(reports);
      const differing = compareTotals(reported, totals);
      if (differing.length > 0)
        throw new UserError(
          ExitCode.internalError,
          differing.map(
            (key) =>
              `The reports and the database disagree on ${key}: ${JSON.stringify(reported)}, ${JSON.stringify(totals)}. This is a defect.`,
          ),
        );
      const seconds = describeMs(host.elapsedMs() - startedMs);
      const tables = await demoTables(database, totals);
      const archived = await archiveDemo(database, { host, output, file, nowMs, signal });
      const page = demoPage(file);
      const verdict = await writeDemoPage(stores, { host, archive: demoArchive(file), file: page, nowMs });
      output.result({ database: `sqlite:${file}`, page, verdict, ...totals, archive: archived }, [
        ...tables,
        "",
        `${pluralize(totals.requested, "response")} in ${seconds}: ${pluralize(totals.readings, "reading")}, ${pluralize(totals.sensorFault, "sensor fault")} after all attempts, ${totals.notFound} not found, ${totals.onLoan} on loan, ${totals.rejected} rejected.`,
        "The reports add up to the same numbers.",
        "",
        ...archiveLines(archived, archiveOutcome(archived)),
        "Every file was verified before its readings were deleted from the database.",
        "",
        `${verdict}. The page is ${page}; open it in a browser.`,
        `The database is ${file}. Query it:`,
        `  sqlite3 ${file} "SELECT * FROM plant_reading ORDER BY recording_taken DESC LIMIT 5"`,
        `The archive is ${demoArchive(file)}. Query it with DuckDB:`,
        `  duckdb -c "SELECT plant_id, count(*), avg(temperature) FROM '${demoArchive(file)}/plant_reading/**/*.parquet' GROUP BY ALL"`,
        "Next:",
        ...nextSteps(programName(host), file),
      ]);
      return ExitCode.done;
    } finally {
      stop.release();
      await database.close();
    }
  },
});

function nextSteps(name: ProgramName, file: string): string[] {
  const indent = " ".repeat(64);
  return [
    `${`  ${name} simulate --latency none`.padEnd(64)}the simulated API on port 8080`,
    `  ${name} run --api http://127.0.0.1:8080/api/plants --plants 1-50 --database sqlite:plant-data/simulated.db`,
    `${indent}a run against it, in another terminal`,
    `  ${name} serve --database sqlite:${file} --archive file:${demoArchive(file)}`,
    `${indent}the page, kept current, at http://127.0.0.1:8081/`,
    `  ${name} archive verify --deep --database sqlite:${file} --archive file:${demoArchive(file)}`,
    `${indent}check every reading of every file`,
    `  ${name} status --database sqlite:${file} --archive file:${demoArchive(file)}`,
    `${indent}what works, what does not, and the next step`,
    `${`  ${name} doctor`.padEnd(64)}show the settings and check the connections`,
    `  ${name} --help`,
  ];
}

/** Before the last day, plants are as usual. */
const checkedMs = 26 * 3_600_000;
const checkEveryMs = 30 * 60_000;

function isCheckDue(pullMs: number, nowMs: number): boolean {
  return pullMs === nowMs || (pullMs >= nowMs - checkedMs && pullMs % checkEveryMs === 0);
}

interface PullTools {
  readonly host: Host;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly afterPull: (pullMs: number) => Promise<void>;
}

/** One run at each instant, over HTTP, with the simulator's time and the pipeline's set to it. */
async function pullAll(
  pulls: readonly number[],
  store: ReturnType<typeof sqlPlantStore>,
  { host, output, signal, afterPull }: PullTools,
): Promise<Report[]> {
  const simulator = await createSimulator({
    now: () => 0,
    latencyMs: [0, 0],
    maxConcurrent: Number.POSITIVE_INFINITY,
    plantFaults: demoFaults(pulls.at(-1) ?? 0),
  });
  try {
    output.note(`The museum's API is simulated at ${simulator.url}`);
    let nowMs = 0;
    // Simulated time does not pass during a pull, nor during the wait before a retry.
    const clock: Clock = { now: () => nowMs, sleep: async () => {} };
    const source = httpSource(
      { api: simulator.url, plants: { kind: "list", ranges: [[1, 50]] } },
      { clock, random: host.random, userAgent: `plant-cli/${version}` },
    );
    const transform = lmnhTransform();
    const reports: Report[] = [];
    for (const instantMs of pulls) {
      nowMs = instantMs;
      simulator.setTime(instantMs);
      const report = await runEtl({
        source,
        transform,
        store,
        clock,
        runId: host.newId(),
        signal,
        exitCodeOf: exitCodeOfRun,
      });
      throwIfAborted(signal);
      const context = { ...defaultOutcomeThresholds, sourceName: simulator.url, runner: "cli" } as const;
      const { exitCode, problem } = runOutcome(report, context);
      if (problem !== null) throw new UserError(exitCode, `The demo's API does not work: ${problem}`);
      reports.push(report);
      await afterPull(instantMs);
      output.progress(
        `pull ${reports.length} of ${pulls.length}: ${formatTimestamp(instantMs).slice(0, 16)}Z`,
      );
    }
    return reports;
  } finally {
    output.progress("");
    await simulator.close();
  }
}
