import { describe, expect, it } from "vitest";
import { readText, rootModule } from "./configuration.js";

interface Table {
  readonly partitions: readonly string[];
  readonly columns: readonly (readonly [string, string])[];
}

const tables = rootModule.locals.archive_tables as Readonly<Record<string, Table>>;
const ranges = rootModule.locals.projected_ranges as Readonly<Record<string, string>>;
const querying = readText("../docs/querying.md");

/** `a int, b double` as pairs. */
function columnsIn(text = ""): (readonly string[])[] {
  return text.split(",").map((column) => column.trim().split(/\s+/));
}

describe.each(Object.entries(tables))("The table %s", (name, { columns, partitions }) => {
  const create = new RegExp(
    `CREATE EXTERNAL TABLE ${name} \\((?<columns>[^)]+)\\)\\s+PARTITIONED BY \\((?<keys>[^)]+)\\)(?<rest>[^;]+);`,
  ).exec(querying)?.groups;

  it("has the columns of docs/querying.md, in their order", () => {
    expect(columns).toEqual(columnsIn(create?.columns));
  });

  it("has its partitions", () => {
    expect(partitions.map((key) => [key, "int"])).toEqual(columnsIn(create?.keys));
  });

  it("projects its ranges", () => {
    for (const key of partitions)
      expect(create?.rest).toContain(`'projection.${key}.range' = '${ranges[key]}'`);
  });
});

it("The catalog has both tables that docs/querying.md queries", () => {
  const named = [...querying.matchAll(/CREATE EXTERNAL TABLE (\w+)/g)].map(([, name]) => name);
  expect(Object.keys(tables).sort()).toEqual(named.sort());
});
