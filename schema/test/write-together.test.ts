import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinStatements } from "../src/mssql/batch-statements.js";
import { transactionBatch } from "../src/mssql/execute-batch.js";

describe("joining statements", () => {
  it("numbers parameters on, and gives the same value one number", () => {
    expect(
      joinStatements([
        { sql: "\nUPDATE a SET b = @1 WHERE c = @2", parameters: ["x", 5] },
        { sql: "DELETE a", parameters: [] },
        { sql: "INSERT INTO a VALUES (@2, @1, @2)", parameters: ["y", "x"] },
      ]),
    ).toEqual({
      sql: "UPDATE a SET b = @1 WHERE c = @2;\n\nDELETE a;\n\nINSERT INTO a VALUES (@1, @3, @1);",
      parameters: ["x", 5, "y"],
    });
  });

  it("leaves every place with the value that it had", () => {
    const statement = fc
      .array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom("a", "b")), {
        minLength: 1,
        maxLength: 12,
      })
      .chain((parameters) =>
        fc
          .array(fc.integer({ min: 1, max: parameters.length }), { maxLength: 6 })
          .map((places) => ({ sql: places.map((place) => `@${place}`).join(" + "), parameters })),
      );
    const valuesOf = ({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) =>
      [...sql.matchAll(/@(\d+)/g)].map(([, place]) => parameters[Number(place) - 1]);
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 5 }), (statements) => {
        expect(valuesOf(joinStatements(statements))).toEqual(statements.flatMap(valuesOf));
      }),
    );
  });
});

describe("writing together on SQL Server", () => {
  const write = { sql: "INSERT INTO a VALUES (@1)", parameters: ["x"] };

  it("is one batch: the lock, the statements, the end", () => {
    expect(transactionBatch("my]schema", [write], "commit")).toMatchInlineSnapshot(`
      {
        "parameters": [
          "plant-write [my]]schema]",
          "x",
        ],
        "sql": "SET XACT_ABORT ON;

      BEGIN TRANSACTION;

      DECLARE @granted INT;
      EXEC @granted = sp_getapplock @Resource = @1, @LockMode = 'Exclusive', @LockOwner = 'Transaction',
        @LockTimeout = 15000;
      IF @granted < 0
        THROW 51222, N'another program has been writing for 15 s', 1;

      INSERT INTO a VALUES (@2);

      COMMIT TRANSACTION;",
      }
    `);
  });

  it("undoes all of it when it is only tried", () => {
    expect(transactionBatch(null, [write], "rollback").sql).toMatch(
      /VALUES \(@2\);\n\nROLLBACK TRANSACTION;$/,
    );
  });
});
