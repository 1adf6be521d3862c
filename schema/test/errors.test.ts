import { expect, test, vi } from "vitest";
import { codeOf, isPlantError, PlantError, PlantSchemaError, reasonOf } from "../src/errors.js";

test("PlantSchemaError is a PlantError with a code, a recovery, details and a cause", () => {
  const cause = new Error("no route");
  const error = new PlantSchemaError("DATABASE_BUSY", "retry", "The database is busy.", {
    cause,
    details: { waitedMs: 15_000 },
  });
  expect(error).toBeInstanceOf(PlantError);
  expect(error).toMatchObject({
    name: "PlantSchemaError",
    code: "DATABASE_BUSY",
    recovery: "retry",
    details: { waitedMs: 15_000 },
    cause,
  });
  expect(String(error)).toBe("PlantSchemaError: The database is busy.");
  expect(Object.keys(new PlantError("X", "abort", "x")).sort()).toEqual(["code", "name", "recovery"]);
});

test("isPlantError is true for an error of another copy of the package and false for errors alike", async () => {
  vi.resetModules();
  const copy = await import("../src/errors.js");
  const error = new copy.PlantSchemaError("URL_INVALID", "abort", "x");
  expect(error).not.toBeInstanceOf(PlantError);
  expect(isPlantError(error)).toBe(true);
  expect(isPlantError(Object.assign(new Error("x"), { code: "URL_INVALID", recovery: "abort" }))).toBe(false);
  for (const value of [new Error("x"), "x", undefined, null, { code: "x" }])
    expect(isPlantError(value)).toBe(false);
});

test("codeOf is the code of an error, or empty", () => {
  expect(codeOf(Object.assign(new Error("x"), { code: "ENOENT" }))).toBe("ENOENT");
  for (const value of [new Error("x"), Object.assign(new Error("x"), { code: 5 }), "x", null])
    expect(codeOf(value)).toBe("");
});

test("reasonOf is the message of an error on one line", () => {
  expect(reasonOf(new Error(" no\n  route "))).toBe("no route");
  expect(reasonOf({ message: "of another realm" })).toBe("of another realm");
  expect(reasonOf("text")).toBe("text");
});
