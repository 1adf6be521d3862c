import { expect, test } from "vitest";
import { rotate, spreadOf, summarizeRounds } from "../harness/statistics.mjs";

test("spreadOf returns median, minimum and maximum, whatever the order", () => {
  expect(spreadOf([30, 4, 200])).toEqual({ median: 30, min: 4, max: 200 });
  expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
  expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7 });
});

test("summarizeRounds compares a way with the alternative of the same round", () => {
  const rounds = [
    { ours: { ms: 20, mb: 1 }, theirs: { ms: 10, mb: 2 } },
    // A slow round, of both.
    { ours: { ms: 300, mb: 1 }, theirs: { ms: 100, mb: 2 } },
    { ours: { ms: 11, mb: 1 }, theirs: { ms: 11, mb: 2 } },
  ];
  const measures = { ms: { compared: true }, mb: {} };
  expect(summarizeRounds(rounds, { alternative: "theirs", measures })).toEqual([
    {
      way: "ours",
      measures: {
        ms: { median: 20, min: 11, max: 300, ratio: { median: 2, min: 1, max: 3 } },
        mb: { median: 1, min: 1, max: 1 },
      },
    },
    {
      way: "theirs",
      measures: {
        ms: { median: 11, min: 10, max: 100, ratio: { median: 1, min: 1, max: 1 } },
        mb: { median: 2, min: 2, max: 2 },
      },
    },
  ]);
});

test("rotate begins with another item each round, and keeps all of them", () => {
  const orders = [0, 1, 2, 3].map((round) => rotate(["a", "b", "c"], round).join(""));
  expect(orders).toEqual(["abc", "bca", "cab", "abc"]);
});
