import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { buildPageModel, loadPageData, renderPage } from "@lmnh/plant-health/page";
import {
  archiveSettings,
  dailyHistory,
  databaseSettings,
  describeBytes,
  ExitCode,
  formatError,
  healthStores,
  integer,
  plantSettings,
  resolveArchive,
  setting,
  text,
} from "@lmnh/plant-runtime";
import { openArchive } from "@lmnh/plant-runtime/open";
import { defineCommand } from "../command.js";
import { writePage } from "../files/write-page.js";
import { logRetry } from "../output/log-retry.js";
import { listenForStop } from "../session/shutdown-signal.js";
import { openDatabase } from "../session/with-database.js";

/** In the folder of the default database. */
const defaultPage = "plant-data/plants.html";

export const reportCommand = defineCommand({
  description: [
    "Writes the page that shows which plant needs whom as one HTML file: what needs attention, every plant of the last 24 hours beside its usual band, the last days from the archive, a map and a table. The file loads nothing from anywhere, so that it can be mailed or printed.",
    "The alerts on the page are those that plant alert has stored. For a page that stays current, use plant serve.",
  ],
  examples: [
    ["plant report", "write plant-data/plants.html"],
    ["plant report --out /srv/www/plants.html --days 7", "a week of history, to another file"],
  ],
  exits: [
    [ExitCode.done, "the file is written"],
    [ExitCode.temporaryFailure, "the database is unavailable, or the disk is full"],
    [ExitCode.configuration, "a setting, the file or the database is invalid"],
  ],
  settings: {
    ...databaseSettings,
    ...archiveSettings,
    timeZone: plantSettings.timeZone,
    out: setting({
      flag: "--out <file>",
      fallback: defaultPage,
      description: "The file to write; an older page is replaced, and no other file",
      parse: text,
    }),
    days: setting({
      flag: "--days <number>",
      fallback: "14",
      description: "Days of history from the archive, 0 to 14",
      parse: integer(0, 14, 14),
    }),
  },
  async act(task) {
    const { values, resolved, host, output } = task;
    const database = await openDatabase(task, "read");
    const stop = listenForStop(host, () => {});
    try {
      const nowMs = host.clock.now();
      const objects = await openArchive(resolveArchive(values, resolved), {
        newId: host.newId,
        missingFolder: "empty",
      });
      const history = dailyHistory(objects, {
        days: values.days,
        onError: (error) =>
          output.warn(`a day of history is missing: ${formatError(error, "cli").lines.join("; ")}`),
      });
      const stores = healthStores(database, {
        clock: host.clock,
        random: host.random,
        onRetry: logRetry(output),
      });
      const data = await loadPageData({ ...stores, nowMs, history: await history(nowMs) });
      stop.signal.throwIfAborted();
      const model = buildPageModel(data, { nowMs, timeZone: values.timeZone, hint: "plant run" });
      const page = renderPage(model);
      // The page has names and telephone numbers.
      if (values.out === defaultPage) mkdirSync(dirname(defaultPage), { recursive: true });
      writePage(values.out, page);
      const bytes = Buffer.byteLength(page);
      output.result({ file: values.out, bytes, verdict: model.verdict, state: model.state }, [
        `${model.verdict}.`,
        `${values.out}: ${describeBytes(bytes)}`,
      ]);
      return ExitCode.done;
    } finally {
      stop.release();
      await database.close();
    }
  },
});
