import { SimulatorError } from "@lmnh/museum-simulator";
import { PlantArchiveError } from "@lmnh/plant-archive";
import { PlantEtlError } from "@lmnh/plant-etl";
import { PlantSchemaError } from "@lmnh/plant-schema";
import { describe, expect, test } from "vitest";
import { UserError } from "../src/errors.js";
import { formatError } from "../src/format-error.js";

const exitCodeOf = (error: unknown) => formatError(error, "cli").exitCode;

describe("an error", () => {
  test("that nobody knows is a defect, one line long, without secrets, with the way to its stack", () => {
    const error = new TypeError("no x at\n mssql://sa:hunter2@host/db");
    expect(formatError(error, "cli")).toEqual({
      exitCode: 1,
      lines: ["no x at; mssql://***@host/db. This is a defect; run again with PLANT_DEBUG=1 for the stack."],
    });
    expect(formatError(error, "lambda").lines).toEqual([
      "no x at; mssql://***@host/db. This is a defect; its stack is in the log.",
    ]);
    expect(exitCodeOf("thrown text")).toBe(1);
    expect(exitCodeOf(Object.assign(new Error("x"), { code: "SOMETHING_ELSE" }))).toBe(1);
  });

  test("of one of the packages has an exit code by its recovery and its code, and the advice for the runner", () => {
    const lost = new PlantSchemaError("CONNECTION_LOST", "retry", "Lost. Try again.");
    expect(formatError(lost, "cli")).toEqual({
      exitCode: 75,
      lines: ["Lost. Try again. If the error persists: plant doctor"],
    });
    expect(formatError(lost, "lambda").lines).toEqual([
      "Lost. Try again. If the error persists, check the database server and the function's network",
    ]);
    expect(formatError(new PlantSchemaError("URL_INVALID", "abort", "Not a URL."), "cli").lines).toEqual([
      "Not a URL",
    ]);
    expect(exitCodeOf(new PlantSchemaError("URL_INVALID", "abort", "x"))).toBe(78);
    expect(exitCodeOf(new PlantEtlError("RECORDING_INVALID", "abort", "x"))).toBe(65);
    expect(exitCodeOf(new PlantArchiveError("OBJECT_INVALID", "abort", "x"))).toBe(65);
    expect(exitCodeOf(new PlantArchiveError("STORE_UNREACHABLE", "retry", "x"))).toBe(75);
    expect(exitCodeOf(new SimulatorError("PORT_UNAVAILABLE", "x"))).toBe(75);
    expect(exitCodeOf(new SimulatorError("OPTION_INVALID", "x"))).toBe(78);
  });

  test("of a user keeps its lines and its exit code", () => {
    expect(formatError(new UserError(65, ["one", "two at http://me:hunter2@host"]), "lambda")).toEqual({
      exitCode: 65,
      lines: ["one", "two at http://***@host"],
    });
  });

  test("of a file is sorted into try again and configuration, with advice that fits", () => {
    const explained = (code: string) => formatError(Object.assign(new Error("x"), { code }), "cli");
    expect(["ENOSPC", "EDQUOT", "EIO", "EMFILE", "ENFILE"].map((code) => explained(code).exitCode)).toEqual([
      75, 75, 75, 75, 75,
    ]);
    expect(["EROFS", "ENOENT", "EACCES"].map((code) => explained(code).exitCode)).toEqual([78, 78, 78]);
    expect(explained("EMFILE").lines).toEqual(["x. Raise the limit (ulimit -n) and try again."]);
  });

  test("of SQLite's driver is explained by the schema, and is a defect where that does not know it", () => {
    expect(exitCodeOf(Object.assign(new Error("no such table"), { code: "SQLITE_ERROR" }))).toBe(1);
  });
});
