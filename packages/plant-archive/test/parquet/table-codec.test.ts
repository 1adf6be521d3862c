import { fc, test as property } from "@lmnh/testing/property";
import { describe, expect, test } from "vitest";
import type { Cell } from "../../src/model/archived-table.js";
import type { Column, ColumnType } from "../../src/parquet/schema.js";
import { decodeTable, encodeTable, type Table } from "../../src/parquet/table-codec.js";
import { sourceOf } from "../support/source-of.js";

const cells: Readonly<Record<ColumnType, fc.Arbitrary<Cell>>> = {
  int64: fc.maxSafeInteger(),
  int32: fc.integer(),
  double: fc.double(),
  string: fc.string({ unit: "binary" }),
  timestamp: fc.date({ noInvalidDate: true }).map((date) => date.getTime()),
  date: fc
    .date({ noInvalidDate: true, min: new Date("0000-01-01"), max: new Date("9999-12-31") })
    .map((date) => date.toISOString().slice(0, 10)),
};

const anyColumns: fc.Arbitrary<Column[]> = fc.uniqueArray(
  fc.record(
    {
      name: fc.stringMatching(/^[a-z][a-z_0-9]{0,20}$/),
      type: fc.constantFrom(...(Object.keys(cells) as ColumnType[])),
      nullable: fc.constant(true),
    },
    { requiredKeys: ["name", "type"] },
  ),
  { selector: ({ name }) => name, minLength: 1, maxLength: 8 },
);

const anyTable: fc.Arbitrary<Table> = anyColumns.chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    rows: fc.array(
      fc.record(
        Object.fromEntries(
          columns.map(({ name, type, nullable }) => [name, nullable ? fc.option(cells[type]) : cells[type]]),
        ),
        { noNullPrototype: true },
      ),
      { maxLength: 30 },
    ),
    metadata: fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 4, noNullPrototype: true }),
  }),
);

property("a table comes back as it was, to the bit", [anyTable], async (table) => {
  expect(await decodeTable(sourceOf(encodeTable(table)))).toEqual(table);
});

const everyType = (Object.keys(cells) as ColumnType[]).map((type) => ({ name: type, type, nullable: true }));

test("a table without rows round-trips", async () => {
  const table: Table = { columns: everyType, rows: [], metadata: { day: "2026-01-26" } };
  expect(await decodeTable(sourceOf(encodeTable(table)))).toEqual(table);
});

test("columns of null only round-trip", async () => {
  const nulls = Object.fromEntries(everyType.map(({ name }) => [name, null]));
  const table: Table = { columns: everyType, rows: Array.from({ length: 40 }, () => nulls), metadata: {} };
  expect(await decodeTable(sourceOf(encodeTable(table)))).toEqual(table);
});

test("a footer longer than the first read round-trips, or is detected as damaged", async () => {
  const table: Table = { columns: everyType, rows: [], metadata: { note: "x".repeat(300_000) } };
  const bytes = Buffer.from(encodeTable(table));
  expect(await decodeTable(sourceOf(bytes))).toEqual(table);
  for (const position of [4, 100, 50_000, 250_000, bytes.byteLength - 1]) {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(position) ^ 1, position);
    await expect(decodeTable(sourceOf(damaged)), `at ${position}`).rejects.toMatchObject({
      code: "OBJECT_INVALID",
    });
  }
});

test("a value that occurs a thousand times round-trips", async () => {
  const columns: readonly Column[] = [
    { name: "name", type: "string" },
    { name: "plant_id", type: "int64" },
  ];
  const rows = Array.from({ length: 3_000 }, (_, index) => ({
    name: `plant ${index % 3}`,
    plant_id: index % 3,
  }));
  expect((await decodeTable(sourceOf(encodeTable({ columns, rows, metadata: {} })))).rows).toEqual(rows);
});

describe("a cell that does not fit its column is an error with row and column", () => {
  test.each<[ColumnType, Cell]>([
    ["int64", 2 ** 53],
    ["int64", 1.5],
    ["int64", "1"],
    ["int32", 2 ** 31],
    ["double", "1"],
    ["string", 1],
    ["string", "\ud800"],
    ["timestamp", 0.5],
    ["date", "2026-02-30"],
    ["date", "26/01/2026"],
    ["date", 1],
    ["string", null],
  ])("%s %j", (type, cell) => {
    const table: Table = { columns: [{ name: "x", type }], rows: [{ x: cell }], metadata: {} };
    expect(() => encodeTable(table)).toThrow(
      expect.objectContaining({
        code: "OPTION_INVALID",
        message: expect.stringContaining(`as its x, which is ${type}.`),
      }),
    );
  });

  test("nothing at all", () => {
    const table: Table = {
      columns: [{ name: "x", type: "double", nullable: true }],
      rows: [{}],
      metadata: {},
    };
    expect(() => encodeTable(table)).toThrow(
      "Row 1 of a table has undefined as its x, which is double or null.",
    );
  });
});

test("damage anywhere in a table is detected, with rows and without", async () => {
  for (const rows of [[], [{ day: "2026-01-26", name: "x" }]]) {
    const columns: readonly Column[] = [
      { name: "day", type: "date" },
      { name: "name", type: "string" },
    ];
    const bytes = Buffer.from(encodeTable({ columns, rows, metadata: {} }));
    for (let position = 0; position < bytes.byteLength; position++) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(position) ^ 1, position);
      await expect(decodeTable(sourceOf(damaged, "a.parquet")), `at ${position}`).rejects.toMatchObject({
        code: "OBJECT_INVALID",
        message: expect.stringMatching(/^a\.parquet /),
      });
    }
  }
});
