import { expect, test } from "vitest";
import type { ArchivedTable } from "../../src/model/archived-table.js";
import { checkTable } from "../../src/model/check-table.js";
import { readingTable } from "../../src/model/reading-table.js";

test("checkTable accepts the readings", () => {
  expect(() => checkTable(readingTable)).not.toThrow();
});

test.each<[string, Partial<ArchivedTable>, RegExp]>([
  ["a name that needs quotes", { name: "plant reading" }, /"plant reading" has the name "plant reading"/],
  ["an id that is no field", { id: "number" }, /has the id "number", which is no field/],
  ["an id that is no integer", { id: "temperature" }, /has the id "temperature", which is not an int64/],
  [
    "an instant that may be null",
    { instant: "lastWatered" },
    /has the instant "lastWatered", which is not a timestamp/,
  ],
  ["a text in the key", { key: ["runId"] }, /has the key "runId", which is not a number/],
  ["a value that is no field", { values: ["colour"] }, /has the value "colour"/],
  [
    "a column that is not digested",
    { digested: readingTable.digested.filter((field) => field !== "qualityFlag") },
    /does not digest "qualityFlag"/,
  ],
  ["a digested id", { digested: [...readingTable.digested, "readingId"] }, /digests its id/],
  [
    "a field twice",
    { columns: [...readingTable.columns, ...readingTable.columns] },
    /two columns with the same field/,
  ],
])("checkTable names %s", (_, change, problem) => {
  expect(() => checkTable({ ...readingTable, ...change })).toThrow(problem);
});
