import { formatEnvironment } from "./environment.mjs";
import { cellsOf, markdownTable } from "./tables.mjs";

/**
 * The page: the template, with `{{environment}}` and `{{NAME}}` of each benchmark replaced by the report's texts.
 *
 * @throws if the template names something that the report lacks, or lacks a benchmark
 */
export function renderPage(template, { benchmarks, ...environment }) {
  const parts = new Map([
    ["environment", wrap(formatEnvironment(environment).join(" "))],
    ...benchmarks.map((benchmark) => [
      benchmark.name,
      `${wrap(benchmark.description)}\n\n${markdownTable(cellsOf(benchmark))}`,
    ]),
  ]);
  const used = new Set();
  const page = template.replace(/\{\{(\w+)\}\}/g, (_, name) => {
    if (!parts.has(name)) throw new Error(`The report has no ${name}, which the template names.`);
    used.add(name);
    return parts.get(name);
  });
  const left = [...parts.keys()].find((name) => !used.has(name));
  if (left !== undefined) throw new Error(`The template does not name ${left}.`);
  return page;
}

const columns = 120;

function wrap(text) {
  return text.split(" ").reduce((lines, word) => {
    const lineLength = lines.length - lines.lastIndexOf("\n") - 1;
    return lineLength + word.length + 1 > columns ? `${lines}\n${word}` : `${lines} ${word}`;
  });
}
