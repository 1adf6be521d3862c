import { join } from "node:path";
import { createSimulator } from "@lmnh/museum-simulator";
import {
  type Clock,
  defaultOutcomeThresholds,
  formatTimestamp,
  type Report,
  runEtl,
  sqlPlantStore,
} from "@lmnh/plant-etl";
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
import { archiveDemo } from "../demo/archive-demo.js";
import { clearDemoFile, demoApplicationId, demoArchive } from "../demo/demo-file.js";
import { demoTables } from "../demo/demo-tables.js";
import { pullTimes } from "../demo/pull-times.js";
import { throwIfAborted } from "../demo/throw-if-aborted.js";
import { compareTotals, countTotals, sumReports } from "../demo/totals.js";
import type { Host } from "../host.js";
import { archiveLines } from "../output/format-archive-report.js";
import { describeMs } from "../output/format-run-report.js";
import type { Output } from "../output/output.js";
import { pluralize } from "../output/pluralize.js";
import { type ProgramName, programName } from "../program-name.js";
import { listenForStop } from "../shutdown-signal.js";

export const demoCommand = defineCommand({
  description: [
    "Starts the API's twin on a free port of this machine, makes a fresh SQLite database with the reference data, and pulls every plant through the real pipeline as often as two days hold, ending now. Shows what the database holds, and checks it against what the runs reported.",
    "Then archives it: every closed hour into a Parquet file that is read back, and what is older than a day out of the database.",
    "A demo's own database and archive of an earlier time are replaced; any other file is left alone.",
  ],
  examples: [
    ["plant demo", "two days, a pull every ten minutes"],
    ["plant demo --days 1 --every 1h", "a quick one"],
  ],
  exits: [
    [ExitCode.done, "the database held exactly what the runs reported, and the archive what left it"],
    [ExitCode.temporaryFailure, "it was stopped, or the simulated API cannot be reached"],
    [ExitCode.configuration, "the folder holds a file that is not a demo's, or cannot be written"],
  ],
  settings: {
    dir: setting({
      flag: "--dir <dir>",
      fallback: "plant-data/demo",
      description: "The folder of database and archive",
      schema: text,
    }),
    days: setting({
      flag: "--days <number>",
      fallback: "2",
      description: "Simulated days, 1 to 31",
      schema: integer(1, 31, 2),
    }),
    every: setting({
      flag: "--every <duration>",
      fallback: "10m",
      description: "Simulated time between two pulls, 1m to 24h",
      schema: duration("1m", "24h", "10m"),
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
      const reports = await pullAll(pulls, sqlPlantStore(database), { host, output, signal });

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
      const archived = await archiveDemo(database, { host, output, file, nowMs: pulls.at(-1) ?? 0, signal });
      output.result({ database: `sqlite:${file}`, ...totals, archive: archived }, [
        ...tables,
        "",
        `${pluralize(totals.requested, "answer")} in ${seconds}: ${pluralize(totals.readings, "reading")}, ${pluralize(totals.sensorFault, "sensor fault")} that stayed, ${totals.notFound} not found, ${totals.onLoan} on loan, ${totals.rejected} rejected.`,
        "The reports add up to the same numbers.",
        "",
        ...archiveLines(archived, archiveOutcome(archived)),
        "Every file was read back and compared before anything left the database.",
        "",
        `The database is ${file}. Look into it:`,
        `  sqlite3 ${file} "SELECT * FROM plant_reading ORDER BY recording_taken DESC LIMIT 5"`,
        `The archive is ${demoArchive(file)}. Ask it, with DuckDB:`,
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
    `${`  ${name} simulate --latency none`.padEnd(64)}the simulator, on port 8080`,
    `  ${name} run --api http://127.0.0.1:8080/api/plants --plants 1-50 --database sqlite:plant-data/simulated.db`,
    `${indent}a pull from it, in another terminal`,
    `  ${name} verify --deep --database sqlite:${file} --archive file:${demoArchive(file)}`,
    `${indent}every reading of every file, once more`,
    `${`  ${name} doctor`.padEnd(64)}what is set, and what can be reached`,
    `  ${name} --help`,
  ];
}

/** One run at each instant, over HTTP, with the simulator's time and the pipeline's set to it. */
async function pullAll(
  pulls: readonly number[],
  store: ReturnType<typeof sqlPlantStore>,
  { host, output, signal }: { readonly host: Host; readonly output: Output; readonly signal: AbortSignal },
): Promise<Report[]> {
  const simulator = await createSimulator({
    now: () => 0,
    latencyMs: [0, 0],
    maxConcurrent: Number.POSITIVE_INFINITY,
  });
  try {
    output.note(`The museum's API is simulated at ${simulator.url}`);
    let nowMs = 0;
    // Simulated time stands still during a pull, and waiting for a retry takes none of it.
    const clock: Clock = { now: () => nowMs, sleep: async () => {} };
    const source = httpSource(
      { api: simulator.url, plants: { kind: "list", ranges: [[1, 50]] } },
      { clock, random: host.random, userAgent: `plant-cli/${version}` },
    );
    const reports: Report[] = [];
    for (const instantMs of pulls) {
      nowMs = instantMs;
      simulator.setTime(instantMs);
      const report = await runEtl({
        source,
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
