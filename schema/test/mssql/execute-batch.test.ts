import { describe, expect, it } from "vitest";
import { transactionBatch } from "../../src/mssql/execute-batch.js";

describe("transactionBatch", () => {
  const write = { sql: "INSERT INTO a VALUES (@1)", parameters: ["x"] };

  it("acquires the write lock, runs the statements and commits", () => {
    expect(transactionBatch("my]schema", [write], "commit")).toMatchInlineSnapshot(`
      {
        "parameters": [
          "plant-write [my]]schema]",
          "x",
        ],
        "sql": "BEGIN TRANSACTION;

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

  it("ends with ROLLBACK for the outcome rollback", () => {
    expect(transactionBatch(null, [write], "rollback").sql).toMatch(
      /VALUES \(@2\);\n\nROLLBACK TRANSACTION;$/,
    );
  });
});
