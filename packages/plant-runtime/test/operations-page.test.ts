import { readdirSync, readFileSync } from "node:fs";
import type { OutcomeReason } from "@lmnh/plant-etl";
import { expect, test } from "vitest";
import { errorCodes } from "../src/advice.js";
import { exitCodeMeanings } from "../src/exit-codes.js";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const page = read("docs/operations.md");

/** The first cells of a table's rows, below a heading; a cell can have several names. */
function namesBelow(heading: string): string[] {
  const section = page.slice(page.indexOf(`\n### ${heading}\n`) + 1).split(/\n##/, 1)[0] ?? "";
  const rows = section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:---|alarm|code|reason) /.test(line));
  return rows.flatMap((row) =>
    (row.split("|")[1] ?? "").split(",").map((name) => name.replaceAll("`", "").trim()),
  );
}

test("docs/operations.md has each error code once", () => {
  const ofRunners = [
    "USAGE_INVALID",
    "CONFIGURATION_INVALID",
    "DATA_INVALID",
    "TEMPORARY_FAILURE",
    "UNEXPECTED_ERROR",
  ];
  expect(namesBelow("Error codes").sort()).toEqual([...errorCodes, ...ofRunners].sort());
});

test("docs/operations.md has each reason of a run once", () => {
  const reasons: Readonly<Record<OutcomeReason, true>> = {
    no_plants: true,
    no_response: true,
    unauthorized: true,
    all_rejected: true,
    too_many_rejected: true,
    too_many_failed: true,
    stopped: true,
    deadline: true,
    all_not_found: true,
    no_readings: true,
    all_in_future: true,
    all_stale: true,
    none_current: true,
  };
  expect(namesBelow("Reasons of a run").sort()).toEqual(Object.keys(reasons).sort());
});

test("docs/operations.md has each reason of a status, which are literals of the topics", () => {
  const folder = new URL("../src/status/topics/", import.meta.url);
  const source = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));
  const reasons = source.flatMap((text) =>
    [...text.matchAll(/Problem\(\s*"([a-z_]+)"/g)].map(([, reason]) => reason),
  );
  expect(reasons).toContain("stale");
  expect(namesBelow("Reasons of a status").sort()).toEqual([...new Set(reasons)].sort());
});

test("docs/operations.md has each exit code, that of an abort, and those of a second signal", () => {
  expect(namesBelow("Exit codes").map(Number)).toEqual([
    ...Object.keys(exitCodeMeanings).map(Number),
    134,
    129,
    130,
    143,
  ]);
});

test("docs/operations.md has each alarm of Grafana, and refers to those of AWS", () => {
  const titles = [...read("grafana/provisioning/alerting/plants.yaml").matchAll(/^ +title: (.+)$/gm)];
  expect(titles.length).toBeGreaterThan(0);
  expect(namesBelow("Alarms").sort()).toEqual(titles.map(([, title]) => title).sort());
  expect(page).toContain("(../terraform/README.md#on-call)");
});
