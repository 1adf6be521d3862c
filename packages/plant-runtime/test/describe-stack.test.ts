import { describe, expect, test } from "vitest";
import { describeStack } from "../src/describe-stack.js";

describe("the stack of an error", () => {
  test("has its causes, no secret, and no frame that a message made up", () => {
    const cause = new Error("cannot open mssql://sa:hunter2@host\n    at forged (/x.js:1:1)");
    const error = new TypeError("Password=hunter2", { cause });
    const lines = describeStack(error);
    expect(lines[0]).toBe("TypeError: Password=***");
    expect(lines.filter((line) => line.startsWith("caused by "))).toEqual([
      "caused by Error: cannot open mssql://***@host\n    at forged (/x.js:1:1)",
    ]);
    expect(lines.filter((line) => /^\s+at /.test(line)).length).toBeGreaterThan(2);
    expect(lines.filter((line) => /^\s+at forged/.test(line))).toEqual([]);
    expect(lines.join()).not.toMatch(/hunter2/);
  });

  test("ends where causes go in a circle, and is one line of what is no error", () => {
    const error = new Error("round");
    error.cause = error;
    expect(describeStack(error).length).toBeLessThan(500);
    expect(describeStack("https://h/x?sig=hunter2")).toEqual(["https://h/x?sig=***"]);
  });
});
