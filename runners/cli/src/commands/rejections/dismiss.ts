import { formatTimestamp } from "@lmnh/plant-etl";
import { sqlRejectionLog } from "@lmnh/plant-etl/sql";
import { databaseSettings, ExitCode } from "@lmnh/plant-runtime";
import { defineCommand } from "../../command.js";
import { pluralize } from "../../output/pluralize.js";
import { everyRejection, parseRejectionIds, readOpenRejections } from "../../session/read-rejection.js";
import { withDatabase } from "../../session/with-database.js";

const pageSize = 100;

export const dismissCommand = defineCommand({
  operands: [{ name: "[ids...]", description: "The numbers of open rejections, or --all" }],
  description: [
    "Closes open rejections and loads nothing: for responses that no version will read, such as the login page of a network. Deletes nothing: they are marked as resolved by dismissed, and plant rejections --all lists them.",
  ],
  examples: [
    ["plant rejections dismiss 12 13", "two of them"],
    ["plant rejections dismiss --all", "every open rejection"],
  ],
  exits: [
    [ExitCode.done, "they are closed"],
    [ExitCode.dataError, "there is no such rejection"],
    [ExitCode.temporaryFailure, "the database is unavailable"],
    [ExitCode.configuration, "a setting or the database is invalid"],
  ],
  settings: {
    ...databaseSettings,
    all: everyRejection,
  },
  async act(task) {
    const { host, output, values, operands } = task;
    const ids = parseRejectionIds(operands, values.all);
    return await withDatabase(task, "update", async (database) => {
      const log = sqlRejectionLog(database);
      const dismiss = (rejections: readonly { readonly rejectionId: number }[]) =>
        log.markResolved(
          rejections.map(({ rejectionId }) => rejectionId),
          { runId: "dismissed", resolvedAt: formatTimestamp(host.clock.now()) },
        );
      let dismissed = 0;
      if (values.all)
        for (let afterId = 0; ; ) {
          const page = await log.page({}, afterId, pageSize);
          const last = page.at(-1);
          if (last === undefined) break;
          dismissed += await dismiss(page);
          afterId = last.rejectionId;
        }
      else dismissed = await dismiss(await readOpenRejections(log, ids, output));
      output.result({ dismissed }, [`${pluralize(dismissed, "rejection")} dismissed`]);
      return ExitCode.done;
    });
  },
});
