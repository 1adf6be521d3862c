import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinStatements } from "../../src/mssql/batch-statements.js";

describe("joinStatements", () => {
  it("renumbers parameters, and gives equal texts one number", () => {
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

  it("has the same text whichever numbers are equal", () => {
    const textOf = (a: number, b: number) =>
      joinStatements([
        { sql: "UPDATE a SET b = @1, c = @2", parameters: [a, b] },
        { sql: "DELETE a WHERE b = @1 OR c = @1", parameters: [a] },
      ]).sql;
    expect(textOf(1, 1)).toBe("UPDATE a SET b = @1, c = @2;\n\nDELETE a WHERE b = @3 OR c = @3;");
    expect(textOf(1, 2)).toBe(textOf(1, 1));
  });

  it("keeps the value of every placeholder", () => {
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
