import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { benchmarks } from "../harness/benchmarks.mjs";
import { formatEnvironment } from "../harness/environment.mjs";
import { describeRun } from "../harness/measure.mjs";
import { renderPage } from "../harness/page.mjs";
import { summarizeRounds } from "../harness/statistics.mjs";
import { cellsOf } from "../harness/tables.mjs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const template = read("../benchmarks.template.md");

const environment = {
  date: "2026-01-28T12:34:56.789Z",
  machine: { cpu: "A processor", cores: 2, memoryGb: 8, os: "Linux 6", loadBefore: 0.1 },
  versions: { commit: "abc1234", node: "20.20.2", libsql: "1.0", sqlite: "3.45", duckdb: "1.5" },
};
const reports = Object.values(benchmarks).map((benchmark) => {
  const { name, title, alternative, measures, ways, rounds } = benchmark;
  const options = { ...benchmark.options, rounds };
  const figures = Object.fromEntries(Object.keys(measures).map((key) => [key, 1]));
  const round = Object.fromEntries(Object.keys(ways).map((way) => [way, figures]));
  return {
    name,
    title,
    description: describeRun(benchmark, options),
    options,
    alternative,
    columns: Object.entries(measures).map(([key, measure]) => ({ key, compared: false, ...measure })),
    rows: summarizeRounds([round], benchmark),
  };
});

test("each benchmark compares with one of its own ways", () => {
  for (const { alternative, ways } of Object.values(benchmarks))
    expect(Object.keys(ways)).toContain(alternative);
});

test("formatEnvironment names machine and versions, and whether other programs were running", () => {
  const [head, idle] = formatEnvironment(environment);
  expect(head).toBe(
    "A processor, 2 cores, 8 GB, Linux 6. Node 20.20.2, libsql 1.0 (SQLite 3.45), DuckDB 1.5, commit abc1234, 2026-01-28T12:34Z.",
  );
  expect(idle).toBe("The machine was idle before the start.");
  const busy = { ...environment, machine: { ...environment.machine, loadBefore: 6.54 } };
  expect(formatEnvironment(busy)[1]).toMatch(/^Other programs shared the machine \(load 6\.5 /);
});

test("renderPage fills the template with every benchmark, and its lines fit", () => {
  const page = renderPage(template, { ...environment, benchmarks: reports });
  expect(page).not.toContain("{{");
  for (const line of page.split("\n"))
    if (!line.startsWith("|")) expect(line.length).toBeLessThanOrEqual(126);
});

test("renderPage rejects a template and a report that do not belong together", () => {
  expect(() => renderPage(template, { ...environment, benchmarks: reports.slice(1) })).toThrow("has no pull");
  expect(() => renderPage("{{environment}}", { ...environment, benchmarks: reports })).toThrow(
    "not name pull",
  );
});

test("docs/benchmarks.md has the template's prose, and a table with the columns and ways of each benchmark", () => {
  const page = read("../../docs/benchmarks.md");
  let end = 0;
  for (const prose of template.split(/\{\{\w+\}\}/)) {
    const start = page.indexOf(prose, end);
    expect([prose, start >= end]).toEqual([prose, true]);
    end = start + prose.length;
  }
  expect(end).toBe(page.length);
  const tables = page.split("\n").filter((line) => line.startsWith("| "));
  for (const report of reports) {
    const [titles, ...rows] = cellsOf(report);
    const first = tables.indexOf(`| ${titles.join(" | ")} |`);
    const ways = tables.slice(first + 2, first + 2 + rows.length).map((line) => line.split(" | ")[0]);
    expect([report.name, first >= 0, ways]).toEqual([report.name, true, rows.map(([way]) => `| ${way}`)]);
  }
});
