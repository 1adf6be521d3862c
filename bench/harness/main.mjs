import { readFileSync, writeFileSync } from "node:fs";
import { benchmarks } from "./benchmarks.mjs";
import { describeEnvironment, formatEnvironment } from "./environment.mjs";
import { runBenchmark } from "./measure.mjs";
import { renderPage } from "./page.mjs";
import { cellsOf, textTable } from "./tables.mjs";

const template = new URL("../benchmarks.template.md", import.meta.url);
const page = new URL("../../docs/benchmarks.md", import.meta.url);

/** Runs the selected benchmarks one after the other, and prints their tables, or with `json` the report. */
export async function main({ json, write, selected }) {
  const environment = describeEnvironment();
  if (!json) console.log(formatEnvironment(environment).join("\n"));
  const report = { ...environment, benchmarks: [] };
  for (const { name, options } of selected) {
    const result = await runBenchmark(benchmarks[name], options, (line) => console.error(line));
    report.benchmarks.push(result);
    if (!json)
      console.log(
        `\n${result.title}\n${result.description} ${result.seconds} s.\n\n${textTable(cellsOf(result))}`,
      );
  }
  if (json) console.log(JSON.stringify(report, null, 2));
  if (write) writeFileSync(page, renderPage(readFileSync(template, "utf8"), report));
}
