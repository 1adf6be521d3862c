import { sqlRejectionLog } from "@lmnh/plant-etl/sql";
import { databaseSettings, ExitCode } from "@lmnh/plant-runtime";
import { defineCommand } from "../../command.js";
import { rejectionLines } from "../../output/format-rejection.js";
import { parseRejectionId, readRejection } from "../../session/read-rejection.js";
import { withDatabase } from "../../session/with-database.js";

export const showCommand = defineCommand({
  operands: [{ name: "<id>", description: "The number of the rejection; plant rejections prints it" }],
  description: [
    "Prints a rejection: plant, time, status, every issue by path and value, and the first 4,000 characters of the body. Control characters are printed as escapes. --json has all that is stored, which is up to 65,536 characters of the body.",
  ],
  examples: [
    ["plant rejections show 12", "for people"],
    ["plant rejections show 12 --json", "for a program"],
  ],
  exits: [
    [ExitCode.done, "the rejection is printed"],
    [ExitCode.dataError, "there is no such rejection"],
    [ExitCode.temporaryFailure, "the database is unavailable"],
    [ExitCode.configuration, "a setting or the database is invalid"],
  ],
  settings: databaseSettings,
  async act(task) {
    const id = parseRejectionId(task.operands[0] ?? "");
    return await withDatabase(task, "read", async (database) => {
      const rejection = await readRejection(sqlRejectionLog(database), id);
      task.output.result(rejection, rejectionLines(rejection));
      return ExitCode.done;
    });
  },
});
