import { type ListedFile, listArchive } from "@lmnh/plant-archive";
import {
  archiveSettings,
  databaseSettings,
  describeBytes,
  ExitCode,
  oneOf,
  setting,
} from "@lmnh/plant-runtime";
import { defineCommand } from "../../command.js";
import { pluralize } from "../../output/pluralize.js";
import { formatTable } from "../../output/table.js";
import { withArchiveAndCatalog, withoutDatabase } from "../../session/archive-session.js";
import { rangeOf, rangeSettings } from "../../settings/hours.js";

export const lsCommand = defineCommand({
  description: [
    "Prints a line per file in the archive, by hour: state, number of readings, size and name; or a line per UTC day. It needs no database.",
    "The state is that of the archive catalog, if the database of this archive can be read: the readings of a verified file are also in the database, those of a pruned file are only in the archive; a missing file is in the catalog and not in the archive. A file that is not in the catalog has no state; its number of readings is read from its footer.",
    "To check the content of the files, run plant archive verify.",
  ],
  examples: [
    ["plant archive ls", "every file"],
    ["plant archive ls --by day --from 2026-01-01 --to 2026-01-31", "the days of a month"],
    ["plant archive ls --without-database --json", "what is in the files, for a program"],
  ],
  exits: [
    [ExitCode.done, "the files are listed"],
    [
      ExitCode.temporaryFailure,
      "the listing was stopped, and nothing is printed; or the database or the object store is unavailable",
    ],
    [ExitCode.configuration, "a setting, the database or the object store is invalid"],
  ],
  settings: {
    ...databaseSettings,
    ...archiveSettings,
    ...rangeSettings,
    ...withoutDatabase,
    by: setting({
      flag: "--by <unit>",
      fallback: "hour",
      description: "hour: a line per file; day: a line per UTC day",
      parse: oneOf("hour", "day"),
    }),
  },
  async act(task) {
    const { values, output } = task;
    const hours = rangeOf(values);
    return await withArchiveAndCatalog(task, async ({ objects, archiveName, signal }, found) => {
      const byDay = values.by === "day";
      const days = new Map<string, Total>();
      const all = startTotal();
      const files: ListedFile[] = [];
      for await (const file of listArchive({ objects, catalog: found.catalog, hours, signal })) {
        add(all, file);
        const day = file.partition.slice(0, 10);
        const ofDay = days.get(day) ?? startTotal();
        days.set(day, ofDay);
        add(ofDay, file);
        if (!byDay) files.push(file);
        output.progress(`listing: ${pluralize(all.files, "file")}`);
      }
      let quarantined = 0;
      for await (const _ of objects.list("quarantine/")) quarantined += 1;
      const document = {
        archive: archiveName,
        database: found.catalog === null ? null : found.databaseName,
        ...summarize(all),
        quarantined,
        ...(byDay ? { days: [...days].map(([day, total]) => ({ day, ...summarize(total) })) } : { files }),
      };
      output.result(document, [
        ...formatTable(
          byDay
            ? [...days].map(([day, { hours: ofDay, files: count, rows, bytes, states }]) => [
                day,
                pluralize(ofDay.size, "hour"),
                pluralize(count, "file"),
                rows,
                describeBytes(bytes),
                describeStates(states),
              ])
            : files.map(({ partition, state, rows, bytes, key }) => [
                partition,
                state,
                rows,
                bytes === null ? null : describeBytes(bytes),
                key,
              ]),
        ),
        `${archiveName}: ${pluralize(all.files, "file")}, ${pluralize(all.rows, "reading")}, ${describeBytes(all.bytes)}${all.states.size === 0 ? "" : `; ${describeStates(all.states)}`}${quarantined === 0 ? "" : `; ${quarantined} in quarantine`}`,
      ]);
      output.note(
        found.catalog === null
          ? `the files have no states: ${found.reason}. To load them into a database: plant archive restore --all`
          : `states are those of ${found.databaseName}`,
      );
      if (all.unreadable > 0 || (all.states.get("missing") ?? 0) > 0)
        output.warn(
          `${pluralize(all.unreadable + (all.states.get("missing") ?? 0), "file")} missing or unreadable. For the reasons: plant archive verify${found.catalog === null ? " --without-database" : ""}`,
        );
      return ExitCode.done;
    });
  },
});

interface Total {
  readonly hours: Set<string>;
  readonly states: Map<string, number>;
  files: number;
  rows: number;
  bytes: number;
  unreadable: number;
}

function startTotal(): Total {
  return { hours: new Set(), states: new Map(), files: 0, rows: 0, bytes: 0, unreadable: 0 };
}

function add(total: Total, { partition, state, rows, bytes, problem }: ListedFile): void {
  total.hours.add(partition);
  if (state !== null) total.states.set(state, (total.states.get(state) ?? 0) + 1);
  total.files += 1;
  if (state === "missing") return;
  total.rows += rows ?? 0;
  total.bytes += bytes ?? 0;
  if (problem !== null) total.unreadable += 1;
}

function summarize({ hours, states, files, rows, bytes, unreadable }: Total) {
  return {
    totals: { hours: hours.size, files, rows, bytes, unreadable, states: Object.fromEntries(states) },
  };
}

function describeStates(states: ReadonlyMap<string, number>): string {
  return [...states].map(([state, files]) => `${files} ${state}`).join(", ");
}
