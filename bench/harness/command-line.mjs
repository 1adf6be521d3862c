import { parseArgs } from "node:util";

/** A command line that cannot be followed; `message` has the next step. */
export class UsageError extends Error {}

/**
 * Reads `[NAME …] [options]`. The options of a benchmark are whole numbers.
 *
 * @returns `{ help, json, write, selected }`, and in `selected` the names with their options
 * @throws UsageError
 */
export function readCommandLine(args, benchmarks) {
  const { values, positionals } = parse(args, benchmarks);
  const { help, json, write, ...numbers } = values;
  if (help) return { help, json, write, selected: [] };
  const unknown = positionals.find((name) => !Object.hasOwn(benchmarks, name));
  if (unknown !== undefined)
    throw new UsageError(
      `There is no benchmark ${JSON.stringify(unknown)}. Benchmarks: ${namesOf(benchmarks)}, health.`,
    );
  const names = positionals.length === 0 ? Object.keys(benchmarks) : [...new Set(positionals)];
  if (write && names.length < Object.keys(benchmarks).length)
    throw new UsageError("--write needs every benchmark: leave out the names.");
  const unused = Object.keys(numbers).find(
    (option) => !names.some((name) => Object.hasOwn(optionsOf(benchmarks[name]), option)),
  );
  if (unused !== undefined) throw new UsageError(`--${unused} has no effect on ${names.join(", ")}.`);
  const given = Object.fromEntries(
    Object.entries(numbers).map(([option, text]) => [option, readCount(option, text)]),
  );
  const selected = names.map((name) => {
    const defaults = optionsOf(benchmarks[name]);
    const own = Object.entries(given).filter(([option]) => Object.hasOwn(defaults, option));
    return { name, options: { ...defaults, ...Object.fromEntries(own) } };
  });
  return { help, json, write, selected };
}

function parse(args, benchmarks) {
  const counts = new Set(Object.values(benchmarks).flatMap((benchmark) => Object.keys(optionsOf(benchmark))));
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h", default: false },
        json: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        ...Object.fromEntries([...counts].map((option) => [option, { type: "string" }])),
      },
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function readCount(option, text) {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError(`--${option} is ${JSON.stringify(text)}: give a whole number, 1 or more.`);
  return Number(text);
}

function optionsOf({ rounds, options = {} }) {
  return { ...options, rounds };
}

function namesOf(benchmarks) {
  return Object.keys(benchmarks).join(", ");
}

export function helpText(benchmarks) {
  const lines = Object.values(benchmarks).flatMap((benchmark) => [
    `  ${benchmark.name.padEnd(10)} ${benchmark.title}; compared with: ${benchmark.alternative}`,
    `             ${Object.entries(optionsOf(benchmark))
      .map(([option, count]) => `--${option} ${count}`)
      .join(" ")}`,
  ]);
  return `Usage: npm run bench -- [NAME …] [options]

Without a name all of these run, in less than ten minutes on two idle cores:

${lines.join("\n")}

Another one, with options of its own:

  health     recall and false alerts of the health rules; 40 minutes
             --plants 240 --json

Options:

  --json     one JSON document on stdout; run npm with --silent
  --write    write docs/benchmarks.md
  --help     this text

Each way runs once a round in a process of its own; the cells are median (lowest–highest) of the rounds, also of the ratio
to the alternative of the same round. The numbers above are the defaults.`;
}
