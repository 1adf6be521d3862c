import fc from "fast-check";
import { expect, it } from "vitest";
import { splitBatches, splitStatements } from "../../src/migration/split-statements.js";
import { sqliteMigrations } from "../../src/sqlite/migrations.js";

const pieces = (piece: fc.Arbitrary<string>) => fc.array(piece, { maxLength: 8 });

it("batches end at GO lines, and nothing else is changed", () => {
  const line = fc.constantFrom("SELECT 1;", "-- GO on", "GOTO x", "SELECT 'GO'", "a GO", "  PRINT N'x';", "");
  const batch = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => lines.join("\n"));
  const go = fc.constantFrom("GO", "go", "  GO  ", "GO\r");
  fc.assert(
    fc.property(pieces(batch), go, (batches, separator) => {
      const kept = batches.map((text) => text.trim()).filter((text) => text !== "");
      return JSON.stringify(splitBatches(batches.join(`\n${separator}\n`))) === JSON.stringify(kept);
    }),
  );
});

it("statements end at semicolons outside strings, names and comments", () => {
  const code = fc.constantFrom(
    "SELECT 1",
    "'a;b'",
    "'it''s;'",
    '"a;b"',
    "[c;d]",
    "`e;f`",
    "-- g;h'\n",
    "/* i;'\n */",
    "x - y / z",
  );
  const statement = fc
    .array(code, { minLength: 1, maxLength: 5 })
    .map((parts) => ["SELECT", ...parts].join(" "));
  fc.assert(
    fc.property(pieces(statement), fc.boolean(), (statements, last) => {
      const text = statements.join(";\n") + (last ? ";" : "");
      return JSON.stringify(splitStatements(text)) === JSON.stringify(statements.map((each) => each.trim()));
    }),
  );
});

it("a comment alone is no statement", () => {
  expect(splitStatements("-- one;\n/* two; */ ; ;\n SELECT 3 -- four;")).toEqual(["SELECT 3 -- four;"]);
});

it("every statement of the SQLite migrations begins with its verb", () => {
  for (const { sql } of sqliteMigrations)
    for (const statement of splitStatements(sql))
      expect(statement.replace(/^(--[^\n]*\n|\s)+/, "")).toMatch(/^(CREATE|ALTER|INSERT|DELETE|DROP) /);
});
