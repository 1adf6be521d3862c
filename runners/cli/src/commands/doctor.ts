import { checkArchive as checkBinding, type ObjectStore, sqlArchiveCatalog } from "@lmnh/plant-archive";
import { defaultTransformOptions, httpPlantSource, transformResponse } from "@lmnh/plant-etl";
import {
  archiveSettings,
  databaseSettings,
  describeSettingIssue,
  ExitCode,
  formatError,
  type OutcomeCodes,
  okOutcome,
  pick,
  plantSettings,
  redact,
  runSettings,
  type SourceValues,
  sourceSettings,
  timingSettings,
} from "@lmnh/plant-runtime";
import { checkContent, pendingMigrations } from "@lmnh/plant-schema";
import { type ArchiveTarget, archiveTarget } from "../archive-target.js";
import { defineCommand } from "../command.js";
import { type DatabaseTarget, databaseTarget } from "../database-target.js";
import type { Host } from "../host.js";
import { describeMs } from "../output/format-run-report.js";
import { formatTable } from "../output/table.js";

interface Finding {
  readonly check: string;
  readonly exitCode: ExitCode;
  readonly message: string;
  /** Nothing that keeps a run from working, and probably not what was meant. */
  readonly isWarning?: boolean;
}

const longestRequestMs = 5_000;

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Say what is set and by whom, and whether database, archive and API can be reached",
  description: [
    "Shows each setting's value and where it comes from, secrets hidden. Opens the database for reading and makes nothing, and reads a SQLite file from end to end (quick_check); asks the archive for one file and whether it is the one that the database's files are in, and the API for one plant, once.",
  ],
  examples: [
    ["plant doctor", "check everything"],
    ["plant doctor --json", "for a program"],
  ],
  exits: [
    [ExitCode.done, "all is well; migrations that are pending are no trouble, a run applies them"],
    [ExitCode.temporaryFailure, "the API, the database or the archive cannot be reached"],
    [
      ExitCode.configuration,
      "a setting is wrong, or what answers is not the database, the archive or the API",
    ],
  ],
  settings: {
    ...sourceSettings,
    ...databaseSettings,
    ...archiveSettings,
    ...timingSettings,
    ...runSettings,
    ...pick(plantSettings, ["retention"]),
  },
  refusesIssues: false,
  async act({ host, output, values, resolved, warnings }) {
    const settings = resolved.shown.filter(({ key }) => Object.hasOwn(plantSettings, key));
    const wrong = new Set(resolved.issues.map(({ key }) => key));
    const findings: Finding[] = [
      ok("node", host.nodeVersion),
      ...resolved.issues.map((issue) => ({
        check: "settings",
        exitCode: ExitCode.configuration,
        message: describeSettingIssue(issue),
      })),
    ];
    if (resolved.issues.length === 0) findings.push(ok("settings", "all can be read"));
    for (const message of warnings)
      findings.push({ check: "settings", exitCode: ExitCode.done, message, isWarning: true });
    let catalog: DatabaseTarget | undefined;
    if (!Object.keys(databaseSettings).some((key) => wrong.has(key)))
      findings.push(
        await checking("database", async () => {
          const target = databaseTarget(values, resolved, output);
          const { isCurrent, finding } = await checkDatabase(target);
          if (isCurrent) catalog = target;
          return finding;
        }),
      );
    if (!Object.keys(archiveSettings).some((key) => wrong.has(key)))
      findings.push(
        await checking("archive", () => checkArchive(archiveTarget(values, resolved, host), catalog, host)),
      );
    if (!["api", "plants", "requestTimeout"].some((key) => wrong.has(key)))
      findings.push(await checking("api", () => checkApi(values, host)));

    const exitCode = worst(findings);
    const verdict: OutcomeCodes =
      exitCode === ExitCode.done ? okOutcome : { outcome: "failed", reason: "checks_failed", exitCode };
    output.result(
      { ok: exitCode === 0, settings, findings },
      [
        ...formatTable(settings.map(({ name, value, origin }) => [name, value ?? "-", origin])),
        "",
        ...formatTable(
          findings.map(({ check, exitCode: code, message, isWarning }) => [
            code !== 0 ? "NOT OK" : isWarning ? "warning" : "ok",
            check,
            message,
          ]),
        ),
      ],
      verdict,
    );
    return exitCode;
  },
});

/** `isCurrent`: it has the newest structure, and with it a ledger that can be asked. */
async function checkDatabase(
  target: DatabaseTarget,
): Promise<{ readonly isCurrent: boolean; readonly finding: Finding }> {
  if (!target.exists())
    return {
      isCurrent: false,
      finding: ok("database", `${target.name} is not there yet; a run or plant migrate makes it`),
    };
  const database = await target.open({ readonly: true });
  try {
    await checkContent(database);
    const pending = await pendingMigrations(database);
    const isCurrent = pending.length === 0;
    const state = isCurrent
      ? `${target.name} is up to date`
      : `${target.name} opens; pending: ${pending.join(", ")}; plant migrate applies them`;
    return { isCurrent, finding: ok("database", [state, ...target.risks].join("; ")) };
  } finally {
    await database.close();
  }
}

async function checkArchive(
  target: ArchiveTarget,
  catalog: DatabaseTarget | undefined,
  host: Host,
): Promise<Finding> {
  const isThere = target.exists();
  const startedMs = host.elapsedMs();
  const objects = await target.open("pretend", { maxAttempts: 1, responseTimeoutMs: longestRequestMs });
  // On S3 this is a list of one key at most.
  await objects.head("doctor");
  const took = describeMs(host.elapsedMs() - startedMs);
  if (catalog !== undefined) await checkBelonging(catalog, objects, host);
  return ok(
    "archive",
    isThere
      ? `${target.name} answered in ${took}`
      : `${target.name} is not there yet; plant archive makes it`,
  );
}

/** @throws PlantArchiveError `ARCHIVE_MISMATCH` where the archive is another database's, or not where the files are */
async function checkBelonging(
  target: DatabaseTarget,
  objects: ObjectStore,
  { clock, random }: Host,
): Promise<void> {
  const database = await target.open({ readonly: true });
  try {
    const retry = { clock, random, onRetry: () => {} };
    await checkBinding({ catalog: sqlArchiveCatalog({ ...database, retry }), objects });
  } finally {
    await database.close();
  }
}

async function checkApi(
  { api, plants, requestTimeout }: Pick<SourceValues, "api" | "plants" | "requestTimeout">,
  { clock, random, elapsedMs }: Host,
): Promise<Finding> {
  // Plant 1 has always been there; of a list, the first one should be.
  const plantId = plants.kind === "list" ? (plants.ranges[0]?.[0] ?? 1) : 1;
  const source = httpPlantSource({
    baseUrl: api,
    roster: { kind: "list", ranges: [[plantId, plantId]] },
    requestTimeoutMs: Math.min(requestTimeout, longestRequestMs),
    retry: { attempts: 1 },
    clock,
    random,
  });
  const startedMs = elapsedMs();
  const name = redact(api);
  for await (const response of source.responses(new AbortController().signal)) {
    const found = transformResponse(response, defaultTransformOptions);
    const took = describeMs(elapsedMs() - startedMs);
    if (found.kind === "failure")
      return {
        check: "api",
        exitCode: ExitCode.temporaryFailure,
        message: `${name} does not answer (${found.failure.code}: ${found.failure.message}). Check the address and the network; plant simulate starts a stand-in`,
      };
    if (found.kind === "rejection")
      return {
        check: "api",
        exitCode: ExitCode.configuration,
        message: `${name} answers ${found.rejection.httpStatus}, but not as the plant API does. Check the address (--api)`,
      };
    const said = found.kind === "notice" ? found.notice.kind.replaceAll("_", " ") : found.kind;
    return ok("api", `${name} answered for plant ${plantId} (${said}) in ${took}`);
  }
  throw new Error("the source gave no answer");
}

async function checking(check: string, act: () => Promise<Finding>): Promise<Finding> {
  try {
    return await act();
  } catch (error) {
    const { lines, exitCode } = formatError(error, "cli");
    return { check, exitCode, message: lines.join("; ") };
  }
}

function ok(check: string, message: string): Finding {
  return { check, exitCode: ExitCode.done, message };
}

/** A defect goes before configuration, and that before trying again. */
function worst(findings: readonly Finding[]): ExitCode {
  const order = [
    ExitCode.internalError,
    ExitCode.configuration,
    ExitCode.dataError,
    ExitCode.temporaryFailure,
  ];
  return order.find((code) => findings.some(({ exitCode }) => exitCode === code)) ?? ExitCode.done;
}
