import { expect, test } from "vitest";
import { benchmarks } from "../harness/benchmarks.mjs";
import { helpText, readCommandLine, UsageError } from "../harness/command-line.mjs";

const read = (...args) => readCommandLine(args, benchmarks);

test("readCommandLine selects every benchmark with its defaults if none is named", () => {
  const { help, json, write, selected } = read();
  expect([help, json, write]).toEqual([false, false, false]);
  expect(selected.map(({ name }) => name)).toEqual(Object.keys(benchmarks));
  expect(selected[0].options).toEqual({ plants: 10_000, latency: 20, concurrency: 64, rounds: 5 });
});

test("readCommandLine gives an option to the benchmarks that have it", () => {
  expect(read("archive", "--readings", "10000000", "--rounds", "1").selected).toEqual([
    { name: "archive", options: { readings: 10_000_000, rounds: 1 } },
  ]);
  const { selected } = read("load", "start", "load", "--readings=5", "--json");
  expect(selected.map(({ name, options }) => [name, options.readings])).toEqual([
    ["load", 5],
    ["start", undefined],
  ]);
});

test.each([
  [["nope"], /There is no benchmark "nope". Benchmarks: pull, transform, load, archive, start, size, health/],
  [["toString"], /There is no benchmark/],
  [["--wat"], /--wat/],
  [["load", "--plants", "5"], /--plants has no effect on load/],
  [["load", "--readings", "many"], /--readings is "many": give a whole number, 1 or more/],
  [["load", "--rounds", "0"], /--rounds is "0"/],
  [["load", "--write"], /--write needs every benchmark/],
])("readCommandLine rejects %j with what is wrong", (args, message) => {
  expect(() => read(...args)).toThrow(UsageError);
  expect(() => read(...args)).toThrow(message);
});

test("helpText names each benchmark, its alternative and its options", () => {
  const help = helpText(benchmarks);
  for (const { name, alternative, options } of Object.values(benchmarks)) {
    expect(help).toMatch(new RegExp(`^ {2}${name} .*compared with: ${literal(alternative)}$`, "m"));
    for (const option of Object.keys(options)) expect(help).toContain(`--${option} `);
  }
});

function literal(text) {
  return text.replace(/[^\w\s]/g, "\\$&");
}
