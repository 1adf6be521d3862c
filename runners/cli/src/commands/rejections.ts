import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { formatTimestamp, type RejectionLog, type RejectionQuery } from "@lmnh/plant-etl";
import { formatRecordedRejection } from "@lmnh/plant-etl/recording";
import { sqlRejectionLog } from "@lmnh/plant-etl/sql";
import {
  boolean,
  databaseSettings,
  duration,
  ExitCode,
  integer,
  oneOf,
  quoteForShell,
  setting,
  text,
  UserError,
} from "@lmnh/plant-runtime";
import { defineCommand } from "../command.js";
import { rejectionTable } from "../output/format-rejection.js";
import { pluralize } from "../output/pluralize.js";
import { withDatabase } from "../session/with-database.js";
import { dismissCommand } from "./rejections/dismiss.js";
import { retryCommand } from "./rejections/retry.js";
import { showCommand } from "./rejections/show.js";

const pageSize = 100;

export const rejectionsCommand = defineCommand({
  actions: { show: showCommand, retry: retryCommand, dismiss: dismissCommand },
  description: [
    "Lists the responses of the API that were rejected, the newest first: number, time, plant, kind, status and the first issue. The kind reading is a response that was rejected; details is one whose reading was loaded without its invalid details. The same response, or the same invalid detail, is listed once, with the time of the first.",
    "A rejection is open until plant rejections retry has loaded its response, or plant rejections dismiss has closed it without.",
    "With --record it also writes every response that matches to a new file, as a recording that plant run --replay reads.",
  ],
  examples: [
    ["plant rejections", "the open rejections"],
    ["plant rejections --plant 7 --since 24h --kind reading", "of one plant, of a day"],
    ["plant rejections --record rejected.ndjson", "as a recording"],
    ["plant rejections show 12", "one, with every issue and its body"],
    ["plant rejections retry --all", "load what is valid by now"],
  ],
  exits: [
    [ExitCode.done, "the rejections are listed"],
    [ExitCode.temporaryFailure, "the database is unavailable, or the file cannot be written"],
    [ExitCode.configuration, "a setting, the database or the file is invalid"],
  ],
  settings: {
    ...databaseSettings,
    plant: setting({
      flag: "--plant <id>",
      description: "Only of this plant",
      parse: integer(0, 2_147_483_647, 1),
    }),
    since: setting({
      flag: "--since <duration>",
      description: "Only those received in this time until now, 1m to 3650d",
      parse: duration("1m", "3650d", "24h"),
    }),
    kind: setting({
      flag: "--kind <kind>",
      description: "Only reading, or only details",
      parse: oneOf("reading", "details"),
    }),
    all: setting({
      flag: "--all",
      fallback: "false",
      description: "Also the resolved ones",
      parse: boolean,
    }),
    limit: setting({
      flag: "--limit <number>",
      fallback: "50",
      description: "List at most so many, 1 to 1000",
      parse: integer(1, 1_000, 50),
    }),
    record: setting({
      flag: "--record <file>",
      description: "Write all that match to this new file, as a recording",
      parse: text,
    }),
  },
  act: (task) =>
    withDatabase(task, "read", async (database) => {
      const { values, host, output } = task;
      const log = sqlRejectionLog(database);
      const query: RejectionQuery = {
        plantId: values.plant,
        kind: values.kind,
        resolved: values.all,
        since: values.since === undefined ? undefined : formatTimestamp(host.clock.now() - values.since),
      };
      const total = await log.count(query);
      const rejections = await log.newest(query, values.limit);
      const more = Math.max(0, total - rejections.length);
      const recorded = values.record === undefined ? null : await recordRejections(log, query, values.record);
      output.result({ total, more, rejections, recorded }, [
        ...rejectionTable(rejections),
        `${pluralize(total, values.all ? "rejection" : "open rejection")}${more > 0 ? `; ${more} older ones are not listed (--limit)` : ""}`,
        ...(recorded === null
          ? []
          : [
              recorded.responses === 0
                ? `there is nothing to record; ${values.record} was not written`
                : `${pluralize(recorded.responses, "response")} recorded in ${values.record}; to load them: plant run --replay ${quoteForShell(values.record ?? "")}`,
              ...(recorded.truncated > 0
                ? [
                    `${recorded.truncated} are not recorded, because only the beginning of their body is stored`,
                  ]
                : []),
            ]),
      ]);
      return ExitCode.done;
    }),
});

/**
 * Writes the rejections that match to a new file, readable by its owner alone. If there is none, or if that fails, no file
 * is left.
 */
async function recordRejections(log: RejectionLog, query: RejectionQuery, file: string) {
  let descriptor: number | undefined;
  try {
    let responses = 0;
    let truncated = 0;
    let afterId = 0;
    for (;;) {
      const page = await log.page(query, afterId, pageSize);
      const last = page.at(-1);
      if (last === undefined) return { responses, truncated };
      afterId = last.rejectionId;
      for (const rejection of page) {
        const line = formatRecordedRejection(rejection);
        if (line === null) truncated += 1;
        else {
          descriptor ??= openNewFile(file);
          write(descriptor, line, file);
          responses += 1;
        }
      }
    }
  } catch (error) {
    if (descriptor !== undefined) rmSync(file, { force: true });
    throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** @throws the error of the file system, with the name of the file, which that of a descriptor lacks */
function write(descriptor: number, line: string, file: string): void {
  try {
    writeFileSync(descriptor, line);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(`${file} was not written: ${message}`, { cause: error }), { code });
  }
}

/** Replaces no file: it may be the recording of a run. */
function openNewFile(file: string): number {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new UserError(ExitCode.configuration, `${file} exists. Name a new file with --record`);
  }
}
