import { type ObjectStore, requireMatchingArchive, sqlArchiveCatalog } from "@lmnh/plant-archive";
import { lmnhTransform, type PlantResponse, transformResponse } from "@lmnh/plant-etl";
import {
  alertSettings,
  archiveSettings,
  type ConnectionValues,
  connectionSettings,
  databaseSettings,
  describeFailure,
  describeSettingIssue,
  describeTarget,
  ExitCode,
  exitCodeOfFailure,
  formatError,
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
import { archiveExists, databaseExists, openApi, openArchive, openDatabase } from "@lmnh/plant-runtime/open";
import { adviseOnSettings, checkContent, type PlantDatabase, pendingMigrations } from "@lmnh/plant-schema";
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
  /** A run works, but the setting is probably a mistake. */
  readonly isWarning?: boolean;
}

const longestRequestMs = 5_000;

export const doctorCommand = defineCommand({
  description: [
    "Prints each setting with its origin and without secrets. Opens the database read-only, checks a SQLite file with quick_check, and warns of settings of SQL Server that slow dashboards down. Requests one object from the archive, checks that the archive belongs to the database, and requests one plant from the API. Changes no data; SQLite may write the write-ahead log into the database file and delete it, as after the last connection of any program.",
  ],
  examples: [
    ["plant doctor", "check everything"],
    ["plant doctor --json", "for a program"],
  ],
  exits: [
    [ExitCode.done, "all checks passed; pending migrations are applied by the next run"],
    [ExitCode.dataError, "the API returns a plant in a form that is rejected"],
    [ExitCode.temporaryFailure, "the API, the database or the archive is unavailable"],
    [
      ExitCode.configuration,
      "a setting is invalid, the API refuses the login, or a server is not the expected database, object store or API",
    ],
  ],
  settings: {
    ...sourceSettings,
    ...connectionSettings,
    ...databaseSettings,
    ...archiveSettings,
    ...timingSettings,
    ...runSettings,
    ...alertSettings,
    ...pick(plantSettings, ["retention", "ping"]),
  },
  refusesIssues: false,
  async act({ host, output, values, resolved, warnings }) {
    const task = { host, output };
    const wrong = new Set(resolved.issues.map(({ key }) => key));
    const shown = resolved.shown.filter(({ key }) => Object.hasOwn(plantSettings, key));
    const notify = wrong.has("notify") ? null : await Promise.all(values.notify.map(describeTarget));
    const settings = shown.map((each) =>
      each.key === "notify" && notify !== null ? { ...each, value: notify.join(" ") } : each,
    );
    const findings: Finding[] = [
      ok("node", host.nodeVersion),
      ...resolved.issues.map((issue) => ({
        check: "settings",
        exitCode: ExitCode.configuration,
        message: describeSettingIssue(issue),
      })),
    ];
    if (resolved.issues.length === 0) findings.push(ok("settings", "valid"));
    findings.push(...warnings.map((message) => warning("settings", message)));
    let catalog: ResolvedDatabase | undefined;
    if (!Object.keys(databaseSettings).some((key) => wrong.has(key))) {
      const advice: string[] = [];
      findings.push(
        await checking("database", async () => {
          const target = resolveDatabase(values, resolved);
          const checked = await checkDatabase(target, output);
          if (checked.isCurrent) catalog = target;
          advice.push(...checked.advice);
          return checked.finding;
        }),
        ...advice.map((message) => warning("database", message)),
      );
    }
    if (!Object.keys(archiveSettings).some((key) => wrong.has(key)))
      findings.push(
        await checking("archive", () => checkArchive(resolveArchive(values, resolved), catalog, task)),
      );
    const usedByApi = [
      "api",
      "plants",
      "requestTimeout",
      "header",
      "apiToken",
      ...Object.keys(connectionSettings),
    ];
    if (!usedByApi.some((key) => wrong.has(key)))
      findings.push(await checking("api", () => checkApi(values, host)));

    const exitCode = worst(findings);
    const outcome: OutcomeCodes =
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
      outcome,
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

/** `isCurrent`: no migration is pending, so that the archive catalog can be read. */
async function checkDatabase(
  target: ResolvedDatabase,
  output: Output,
): Promise<{ readonly isCurrent: boolean; readonly finding: Finding; readonly advice: readonly string[] }> {
  if (!(await databaseExists(target)))
    return {
      isCurrent: false,
      advice: [],
      finding: ok("database", `${target.name} does not exist yet; a run or plant migrate creates it`),
    };
  const database = await openToRead(target, output);
  try {
    await checkContent(database);
    const pending = await pendingMigrations(database);
    const isCurrent = pending.length === 0;
    const state = isCurrent
      ? `${target.name} is up to date`
      : `${target.name} opens; pending: ${pending.join(", ")}; plant migrate applies them`;
    const advice = await adviseOnSettings(database);
    return { isCurrent, advice, finding: ok("database", [state, ...target.risks].join("; ")) };
  } finally {
    await database.close();
  }
}

async function checkArchive(
  target: ResolvedArchive,
  catalog: ResolvedDatabase | undefined,
  { host, output }: Tools,
): Promise<Finding> {
  const exists = archiveExists(target);
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
    exists
      ? `${target.name} responded in ${took}`
      : `${target.name} does not exist yet; plant archive creates it`,
  );
}

/** @throws PlantArchiveError `ARCHIVE_MISMATCH` if the archive belongs to another database, or lacks the database's files */
async function checkBelonging(
  target: ResolvedDatabase,
  objects: ObjectStore,
  { host: { clock, random }, output }: Tools,
): Promise<void> {
  const database = await openToRead(target, output);
  try {
    const retry = { clock, random, onRetry: () => {} };
    await requireMatchingArchive({ catalog: sqlArchiveCatalog({ ...database, retry }), objects });
  } finally {
    await database.close();
  }
}

async function checkApi(
  values: SourceValues & ConnectionValues,
  { clock, random, elapsedMs }: Host,
): Promise<Finding> {
  const { api, plants, requestTimeout } = values;
  // Plant 1 has always existed; of a list, the first one should.
  const plantId = plants.kind === "list" ? (plants.ranges[0]?.[0] ?? 1) : 1;
  const source = await openApi(
    {
      ...values,
      plants: { kind: "list", ranges: [[plantId, plantId]] },
      requestTimeout: Math.min(requestTimeout, longestRequestMs),
    },
    { attempts: 1, clock, random, userAgent: `plant-cli/${version}` },
  );
  const startedMs = elapsedMs();
  const name = redact(api);
  for await (const response of source.responses(new AbortController().signal)) {
    const found = transformResponse(response, lmnhTransform());
    const took = describeMs(elapsedMs() - startedMs);
    if (found.kind === "failure")
      return {
        check: "api",
        exitCode: exitCodeOfFailure(found.failure),
        message: describeFailure(found.failure, { sourceName: name, runner: "cli" }),
      };
    if (found.kind === "rejection") {
      const [issue] = found.rejection.issues;
      const reason = issue === undefined ? "" : ` (${`${issue.path} ${issue.message}`.trim()})`;
      return isOtherServer(response)
        ? {
            check: "api",
            exitCode: ExitCode.configuration,
            message: `${name} returned status ${found.rejection.httpStatus}, but is not the plant API${reason}. Check the address (--api)`,
          }
        : {
            check: "api",
            exitCode: ExitCode.dataError,
            message: `${name} responded for plant ${plantId}, and the response is rejected${reason}. Ask the museum, or install a version that reads it; after a run, plant rejections has every issue`,
          };
    }
    const kind = found.kind === "notice" ? found.notice.kind.replaceAll("_", " ") : found.kind;
    return ok("api", `${name} responded for plant ${plantId} (${kind}) in ${took}`);
  }
  throw new Error("the source returned no response");
}

/** No plant has another form: the response is a complete text without the key that every plant has. */
function isOtherServer({ outcome }: PlantResponse): boolean {
  return outcome.kind === "received" && !outcome.cut && !/"plant_id"/i.test(outcome.body);
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

function warning(check: string, message: string): Finding {
  return { check, exitCode: ExitCode.done, message, isWarning: true };
}

/** The most severe exit code. */
function worst(findings: readonly Finding[]): ExitCode {
  const order = [
    ExitCode.internalError,
    ExitCode.configuration,
    ExitCode.dataError,
    ExitCode.temporaryFailure,
  ];
  return order.find((code) => findings.some(({ exitCode }) => exitCode === code)) ?? ExitCode.done;
}
