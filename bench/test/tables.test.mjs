import { expect, test } from "vitest";
import { cellsOf, formatNumber, formatSpread, markdownTable, textTable } from "../harness/tables.mjs";

const result = {
  alternative: "theirs",
  columns: [
    { key: "ms", title: "ms", digits: 0, compared: true },
    { key: "mb", title: "MB", digits: 1, compared: false },
  ],
  rows: [
    {
      way: "ours",
      measures: {
        ms: { median: 1234.4, min: 1000, max: 2000, ratio: { median: 1.499, min: 1, max: 2 } },
        mb: { median: 3, min: 3, max: 3 },
      },
    },
    {
      way: "theirs",
      measures: {
        ms: { median: 800, min: 700, max: 900, ratio: { median: 1, min: 1, max: 1 } },
        mb: { median: 2.25, min: 2.24, max: 2.251 },
      },
    },
  ],
};

test("formatNumber has digits and separators of thousands", () => {
  expect([formatNumber(1234.5, 0), formatNumber(0.5, 2)]).toEqual(["1,235", "0.50"]);
});

test("formatSpread is the median alone if all three look alike", () => {
  expect(formatSpread({ median: 2, min: 1, max: 3 }, 0)).toBe("2 (1–3)");
  expect(formatSpread({ median: 2, min: 1.9, max: 2.1 }, 0)).toBe("2");
});

test("cellsOf has a ratio beside each compared measure", () => {
  expect(cellsOf(result)).toEqual([
    ["way", "ms", "÷ theirs", "MB"],
    ["ours", "1,234 (1,000–2,000)", "1.50 (1.00–2.00)", "3.0"],
    ["theirs", "800 (700–900)", "1", "2.3 (2.2–2.3)"],
  ]);
});

test("textTable aligns columns of the same cells as markdownTable", () => {
  const cells = [
    ["way", "ms"],
    ["a|b", "10"],
    ["longer", "9"],
  ];
  expect(textTable(cells).split("\n")).toEqual(["way     ms", "a|b     10", "longer   9"]);
  expect(markdownTable(cells).split("\n")).toEqual([
    "| way | ms |",
    "| --- | --- |",
    "| a\\|b | 10 |",
    "| longer | 9 |",
  ]);
});
