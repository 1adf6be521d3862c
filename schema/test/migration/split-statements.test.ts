import fc from "fast-check";
import { expect, it } from "vitest";
import { splitBatches, splitStatements } from "../../src/migration/split-statements.js";
import { sqliteMigrations } from "../../src/sqlite/migrations.js";

const pieces = (piece: fc.Arbitrary<string>) => fc.array(piece, { maxLength: 8 });

it("splitBatches splits at GO lines and changes nothing else", () => {
  const line = fc.constantFrom("SELECT 1;", "-- GO on", "GOTO x", "SELECT 'GO'", "a GO", "  PRINT N'x';", "");
  const batch = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => lines.join("\n"));
  const go = fc.constantFrom("GO", "go", "  GO  ", "GO\r");
  fc.assert(
    fc.property(pieces(batch), go, (batches, separator) => {
      const expected = batches.map((text) => text.trim()).filter((text) => text !== "");
      return JSON.stringify(splitBatches(batches.join(`\n${separator}\n`))) === JSON.stringify(expected);
    }),
  );
});

it("splitStatements splits at semicolons outside strings, names and comments", () => {
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

it("splitStatements drops a comment without a statement", () => {
  expect(splitStatements("-- one;\n/* two; */ ; ;\n SELECT 3 -- four;")).toEqual(["SELECT 3 -- four;"]);
});

it("splitStatements finds only complete statements in the SQLite migrations", () => {
  for (const { sql } of sqliteMigrations)
    for (const statement of splitStatements(sql))
      expect(statement.replace(/^(--[^\n]*\n|\s)+/, "")).toMatch(/^(CREATE|ALTER|INSERT|DELETE|DROP) /);
});
