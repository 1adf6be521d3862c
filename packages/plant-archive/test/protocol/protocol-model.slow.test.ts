import { expect, test } from "vitest";
import { type Defect, explore, type Scenario } from "./protocol-model.js";

const two: Scenario = {
  toLoad: "aba",
  rowsPerFile: 2,
  archivers: 2,
  crashes: 1,
  lies: 0,
  losses: 0,
  restores: 0,
};

test.each<[string, Scenario]>([
  ["two archivers that crash twice, and a reading that is loaded again", { ...two, crashes: 2 }],
  ["files of one reading, one of which is restored", { ...two, rowsPerFile: 1, crashes: 0, restores: 1 }],
  [
    "a store that returns other content and loses objects",
    { ...two, toLoad: "ab", crashes: 0, lies: 1, losses: 1 },
  ],
  [
    "a writer without the lock, after two files were pruned",
    { ...two, toLoad: "abbc", toWrite: "a", crashes: 0 },
  ],
  ["a writer without the lock", { ...two, toLoad: "ab", toWrite: "c", crashes: 0 }],
])("no order of steps loses a reading or counts one twice: %s", (_, scenario) => {
  const { states, wrong } = explore(scenario);
  expect(wrong).toBeNull();
  expect(states).toBeGreaterThan(10_000);
});

test.each<[Defect, Scenario]>([
  ["claims in two steps", two],
  ["prunes without comparing", { ...two, archivers: 1, toLoad: "ab", toWrite: "c" }],
  ["verifies a file in any state", two],
  ["does not read back", { ...two, archivers: 1, losses: 1 }],
  ["counts the range again", { ...two, archivers: 1, toLoad: "abbc", toWrite: "a", crashes: 0 }],
  ["keeps a file that lacks a reading", { ...two, archivers: 1, toLoad: "ab", toWrite: "c", crashes: 0 }],
])("the exploration finds an archiver that %s", (defect, scenario) => {
  expect(explore(scenario, defect).wrong).not.toBeNull();
});
