import { describe, expect, test } from "vitest";
import { plantSettings } from "../../src/settings/plant-settings.js";
import { findUnreadVariables } from "../../src/settings/unread-variables.js";

const judge = (name: string, value = "x", others: Record<string, string> = {}) =>
  findUnreadVariables({ ...others, [name]: value }, "cli").map(
    ({ message, isMisspelt }) => [/did you mean (\w+)\?/.exec(message)?.[1], isMisspelt] as const,
  );

describe("a variable without effect", () => {
  test("is named with the setting that is likely to be meant", () => {
    for (const [name, suggestion] of [
      ["PLANT_DATABSE", "PLANT_DATABASE"],
      ["PLANT_DATABASE_URL", "PLANT_DATABASE"],
      ["PLANT_DB", "PLANT_DATABASE"],
      ["PLANT_API", "PLANT_API_URL"],
      ["PLANT_URL", "PLANT_API_URL"],
      ["PLANT_TIMEOUT", "PLANT_REQUEST_TIMEOUT"],
      ["PLANT_ARCHVE", "PLANT_ARCHIVE"],
      ["PLANT_RETENSION", "PLANT_RETENTION"],
      ["plant_database", "PLANT_DATABASE"],
      ["PLANT_DB_HOST", "DB_HOST"],
      ["PLANT_S3_BUCKET_NAME", "S3_BUCKET_NAME"],
      ["DB_HSOT", "DB_HOST"],
      ["DB_PASWORD", "DB_PASSWORD"],
      ["DB_HOSTNAME", "DB_HOST"],
      ["DB_SERVER", "DB_HOST"],
      ["DB_USERNAME", "DB_USER"],
      ["DB_PASS", "DB_PASSWORD"],
      ["DB_DATABASE", "DB_NAME"],
      ["S3_BUCKET", "S3_BUCKET_NAME"],
      ["S3_URL", "S3_BUCKET_NAME"],
    ] as const)
      expect([name, judge(name)]).toEqual([name, [[suggestion, true]]]);
  });

  test("is named without a guess where none is near, and is no misspelt setting then", () => {
    for (const name of ["PLANT_FOO", "PLANT_PORT", "PLANT_ENVIRONMENT"])
      expect([name, judge(name)]).toEqual([name, [[undefined, false]]]);
    expect(judge("AWS_S3_BUCKET")).toEqual([["S3_BUCKET_NAME", false]]);
    expect(judge("DB_SERVER", "x", { DB_HOST: "y" })).toEqual([]);
    expect(judge("PLNAT_DATABASE")).toEqual([["PLANT_DATABASE", false]]);
  });

  test("of another runner is named as such", () => {
    expect(findUnreadVariables({ PLANT_DATABASE_SECRET: "arn", PLANT_EVERY: "5s" }, "cli")).toEqual([
      {
        name: "PLANT_DATABASE_SECRET",
        message: "is read by the Lambda only; it has no effect here",
        isMisspelt: false,
      },
    ]);
    expect(findUnreadVariables({ PLANT_EVERY: "5s" }, "lambda").map(({ message }) => message)).toEqual([
      "is read by plant only; it has no effect here",
    ]);
  });

  test("is none of the program's own names, of other programs' and of what is empty", () => {
    const own = Object.values(plantSettings)
      .filter(({ runners }: { runners?: readonly string[] | undefined }) => runners?.includes("cli") ?? true)
      .flatMap(({ environment }) => (environment === undefined ? [] : [environment]));
    for (const name of [...own, "PLANT_DEBUG", "PLANT_TEST_MSSQL_URL", "PLANT_TEST_CRASH_KILLS"])
      expect([name, judge(name)]).toEqual([name, []]);
    for (const name of ["DB_URL", "DB_CONNECTION", "HOST", "PATH", "DATABASE_URL", "PLANTS", "AWS_REGION"])
      expect([name, judge(name)]).toEqual([name, []]);
    expect(judge("PLANT_FOO", "")).toEqual([]);
    // The right one has the same value: on Windows both are one.
    expect(judge("plant_plants", "1-5", { PLANT_PLANTS: "1-5" })).toEqual([]);
  });

  test("is none that Kubernetes sets for a service", () => {
    for (const [name, value] of [
      ["PLANT_SERVICE_HOST", "10.0.0.11"],
      ["PLANT_DATABASE_SERVICE_PORT_SQL", "1433"],
      ["PLANT_PORT", "tcp://10.0.0.11:80"],
      ["PLANT_DATABASE_PORT_1433_TCP_ADDR", "10.0.0.11"],
    ] as const)
      expect([name, judge(name, value)]).toEqual([name, []]);
  });
});

test("findUnreadVariables knows the proxies in both cases", () => {
  for (const name of ["HTTPS_PROXY", "https_proxy", "http_proxy", "no_proxy", "NO_PROXY"])
    expect(findUnreadVariables({ [name]: "http://proxy:3128" }, "cli")).toEqual([]);
});
