import { describe, expect, it } from "vitest";
import { parameterTypes } from "../../src/mssql/parameter-types.js";

const typeOf = (value: unknown) => parameterTypes({ sql: "SELECT @1", parameters: [value] })[0];

describe("parameterTypes", () => {
  it("does not depend on the size of a value", () => {
    expect(["", "a", "a".repeat(4000), null].map(typeOf)).toEqual(Array(4).fill("NVARCHAR(4000)"));
    expect([0, -(2 ** 31), 2 ** 31, Number.MAX_SAFE_INTEGER, 5n].map(typeOf)).toEqual(
      Array(5).fill("BIGINT"),
    );
    expect([0.5, 1e300].map(typeOf)).toEqual(Array(2).fill("FLOAT"));
    expect([1, 10_000].map((bytes) => typeOf(new Uint8Array(bytes)))).toEqual(
      Array(2).fill("VARBINARY(MAX)"),
    );
  });

  it("is NVARCHAR(MAX) for text that is too long, and for every document of OPENJSON", () => {
    expect(typeOf("a".repeat(4001))).toBe("NVARCHAR(MAX)");
    const sql = "SELECT @1 FROM OPENJSON(@2) WITH (a INT) JOIN OPENJSON(@12) ON 1 = 1";
    const parameters = Array.from({ length: 12 }, () => "[]");
    expect(parameterTypes({ sql, parameters })).toEqual(
      parameters.map((_, index) => (index === 1 || index === 11 ? "NVARCHAR(MAX)" : "NVARCHAR(4000)")),
    );
  });
});
