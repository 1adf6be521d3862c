import {
  archiveSettings,
  assessStatus,
  databaseSettings,
  duration,
  ExitCode,
  type GivenFlags,
  gatherStatus,
  quoteForShell,
  type Resolved,
  resolveArchive,
  resolveDatabase,
  type SettingTable,
  setting,
} from "@lmnh/plant-runtime";
import {
  archiveExists,
  diskSpace,
  openArchive,
  openMigratedDatabase,
  sqliteBytes,
  sqliteFiles,
} from "@lmnh/plant-runtime/open";
import { defineCommand } from "../command.js";
import { colorStatusLine, statusLines } from "../output/format-status.js";

/** How long each part may take. A statement of SQLite that has begun is not interrupted. */
const limitMs = 5_000;
const lockTimeoutMs = 2_000;

export const statusCommand = defineCommand({
  description: [
    "Prints a line for each topic: database, clock, runs, readings, plants, rejections, alerts, archive and disk. A topic that is not well is marked with !, and each of its problems is followed by the next step.",
    "Reads the database, the newest 48 files of the archive by name and size, and the free space of the disks. Each part has 5 seconds; one that fails prints its error on its line. Changes no data; SQLite may write the write-ahead log into the database file and delete it, as after the last connection of any program.",
    "The expected readings are those of one run, without plants that are on loan or not found, times the runs that fit into the last 24 hours at the interval of the newest runs.",
  ],
  examples: [
    ["plant status", "see what is not well"],
    ["plant status --json", "for a monitor"],
    ["plant status --max-age 15m", "readings may be 15 minutes old"],
  ],
  exits: [
    [ExitCode.done, "everything is well"],
    [
      ExitCode.temporaryFailure,
      "something is missing that may come back: runs, readings, a plant, deliveries, archived hours, free space, or a server",
    ],
    [
      ExitCode.dataError,
      "data is wrong: responses are rejected, times are in the future, or files of the archive are missing or damaged",
    ],
    [
      ExitCode.configuration,
      "somebody has to act first: a setting is invalid, or the database or the archive is missing, damaged, or not the expected one. With several problems, the code is the first of 1, 78, 65 and 75",
    ],
  ],
  settings: {
    ...databaseSettings,
    ...archiveSettings,
    maxAge: setting({
      flag: "--max-age <duration>",
      description:
        "The age of the newest reading and of the newest run that is still well, 1m to 7d. By default 5 minutes, or five run intervals if that is longer",
      parse: duration("1m", "7d", "5m"),
    }),
  },
  async act({ values, resolved, host, output }) {
    const database = resolveDatabase(values, resolved);
    const archive = resolveArchive(values, resolved);
    const facts = await gatherStatus(
      {
        databaseName: database.name,
        openDatabase: () =>
          openMigratedDatabase(database, "read", () => {}, {
            lockTimeoutMs,
            requestTimeoutMs: limitMs,
            // In this thread: another one takes longer to start than all statements of a status.
            loadSqliteDriver: async () => (await import("libsql")).default,
            onRisk: (risk) => output.warn(risk),
          }),
        databaseBytes: () => sqliteBytes(database),
        openArchive: async () => ({
          exists: archiveExists(archive),
          objects: await openArchive(archive, {
            newId: host.newId,
            missingFolder: "empty",
            limits: { maxAttempts: 1, responseTimeoutMs: limitMs },
          }),
        }),
        disks: () => diskSpace(database, archive),
        databaseFiles: () => sqliteFiles(database),
      },
      { clock: host.clock, limitMs },
    );
    const report = assessStatus(facts, host.clock.now(), {
      maxAgeMs: values.maxAge,
      flags: givenFlags(resolved),
    });
    output.result({ ...report, facts }, statusLines(report), report, colorStatusLine);
    return report.exitCode;
  },
});

/** A secret in a value is shown as \*\*\*: the command that has it fails until it is typed in. */
function givenFlags({ shown }: Resolved<SettingTable>): GivenFlags {
  const given = shown.flatMap(({ key, name, value, origin }) =>
    origin === "flag" && value !== null ? [[key, `${name} ${quoteForShell(value)}`] as const] : [],
  );
  return Object.fromEntries(given);
}
