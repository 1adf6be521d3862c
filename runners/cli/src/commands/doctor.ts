import { checkArchive as checkBinding, type ObjectStore, sqlArchiveCatalog } from "@lmnh/plant-archive";
import { defaultTransformOptions, transformResponse } from "@lmnh/plant-etl";
import {
  archiveSettings,
  databaseSettings,
  describeSettingIssue,
  ExitCode,
  formatError,
  httpSource,
  type OutcomeCodes,
  okOutcome,
  pick,
  plantSettings,
  type ResolvedArchive,
  type ResolvedDatabase,
  redact,
  resolveArchive,
  resolveDatabase,
  runSettings,
  type SourceValues,
  sourceSettings,
  timingSettings,
} from "@lmnh/plant-runtime";
import { archiveExists, databaseExists, openArchive, openDatabase } from "@lmnh/plant-runtime/open";
import { checkContent, type PlantDatabase, pendingMigrations } from "@lmnh/plant-schema";
import { version } from "../../package.json";
import { defineCommand } from "../command.js";
import type { Host } from "../host.js";
import { describeMs } from "../output/format-run-report.js";
import type { Output } from "../output/output.js";
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
    const task = { host, output };
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
    let catalog: ResolvedDatabase | undefined;
    if (!Object.keys(databaseSettings).some((key) => wrong.has(key)))
      findings.push(
        await checking("database", async () => {
          const target = resolveDatabase(values, resolved);
          const { isCurrent, finding } = await checkDatabase(target, output);
          if (isCurrent) catalog = target;
          return finding;
        }),
      );
    if (!Object.keys(archiveSettings).some((key) => wrong.has(key)))
      findings.push(
        await checking("archive", () => checkArchive(resolveArchive(values, resolved), catalog, task)),
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

interface Tools {
  readonly host: Host;
  readonly output: Output;
}

async function openToRead(target: ResolvedDatabase, output: Output): Promise<PlantDatabase> {
  return await openDatabase(target, { readonly: true, onRisk: (risk) => output.warn(risk) });
}

/** `isCurrent`: it has the newest structure, and with it a ledger that can be asked. */
async function checkDatabase(
  target: ResolvedDatabase,
  output: Output,
): Promise<{ readonly isCurrent: boolean; readonly finding: Finding }> {
  if (!(await databaseExists(target)))
    return {
      isCurrent: false,
      finding: ok("database", `${target.name} is not there yet; a run or plant migrate makes it`),
    };
  const database = await openToRead(target, output);
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
  target: ResolvedArchive,
  catalog: ResolvedDatabase | undefined,
  { host, output }: Tools,
): Promise<Finding> {
  const isThere = archiveExists(target);
  const startedMs = host.elapsedMs();
  const objects = await openArchive(target, {
    newId: host.newId,
    missingFolder: "empty",
    limits: { maxAttempts: 1, responseTimeoutMs: longestRequestMs },
  });
  // On S3 this is a list of one key at most.
  await objects.head("doctor");
  const took = describeMs(host.elapsedMs() - startedMs);
  if (catalog !== undefined) await checkBelonging(catalog, objects, { host, output });
  return ok(
    "archive",
    isThere
      ? `${target.name} answered in ${took}`
      : `${target.name} is not there yet; plant archive makes it`,
  );
}

/** @throws PlantArchiveError `ARCHIVE_MISMATCH` where the archive is another database's, or not where the files are */
async function checkBelonging(
  target: ResolvedDatabase,
  objects: ObjectStore,
  { host: { clock, random }, output }: Tools,
): Promise<void> {
  const database = await openToRead(target, output);
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
  const source = httpSource(
    {
      api,
      plants: { kind: "list", ranges: [[plantId, plantId]] },
      requestTimeout: Math.min(requestTimeout, longestRequestMs),
    },
    { attempts: 1, clock, random, userAgent: `plant-cli/${version}` },
  );
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
