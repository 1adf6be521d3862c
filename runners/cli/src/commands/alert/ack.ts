import { databaseSettings, ExitCode, healthStores, UserError } from "@lmnh/plant-runtime";
import { defineCommand } from "../../command.js";
import { logRetry } from "../../output/log-retry.js";
import { withDatabase } from "../../session/with-database.js";

export const ackCommand = defineCommand({
  operands: [{ name: "<id>", description: "The id of the alert; plant alert --dry-run prints it" }],
  description: [
    "Marks an alert that fires as taken over by somebody. The page shows it, and no reminder is sent. The alert stays until its rule ends it.",
  ],
  examples: [["plant alert ack 4c2d5e6f-0000-4000-8000-000000000000", "take an alert over"]],
  exits: [
    [ExitCode.done, "the alert is acknowledged"],
    [ExitCode.dataError, "no alert that fires has this id"],
    [ExitCode.temporaryFailure, "the database is unavailable"],
    [ExitCode.configuration, "a setting or the database is invalid"],
  ],
  settings: databaseSettings,
  act: (task) =>
    withDatabase(task, "write", async (database) => {
      const { host, output, operands } = task;
      const [id = ""] = operands;
      const retry = { clock: host.clock, random: host.random, onRetry: logRetry(output) };
      if (!(await healthStores(database, retry).alerts.acknowledge(id, host.clock.now())))
        throw new UserError(
          ExitCode.dataError,
          `No alert that fires has the id ${id.slice(0, 64)}. To see the alerts: plant alert --dry-run`,
        );
      output.result({ acknowledged: id }, [`acknowledged: ${id}`]);
      return ExitCode.done;
    }),
});
