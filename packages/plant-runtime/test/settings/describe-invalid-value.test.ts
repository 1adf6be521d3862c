import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeInvalidValue } from "../../src/settings/describe-invalid-value.js";

describe("a refused value", () => {
  test("is shown where it cannot hold a secret, and cut where it is long", () => {
    for (const text of [
      "0",
      "many",
      "1 minute",
      "50",
      "ftp://x",
      "s3://",
      "mssql://",
      "file:",
      "plants.db",
      "2026-03-01T12:00:00",
    ])
      expect(describeInvalidValue(text)).toBe(text);
    expect(describeInvalidValue("1,".repeat(500))).toBe(`${"1,".repeat(40)}…`);
  });

  test("is not shown where it may be almost a URL, a connection string or an option", () => {
    const forms = fc.constantFrom(
      "mssql:/u:§@h",
      "mssql:u:§",
      "mssql:§",
      "mssql://u:§",
      "sa:§",
      "u:§@h",
      "§@h",
      "Password = §",
      "Server=h;Password=§",
      "Password: §",
      "--dbPassword=§",
      "--db-password §",
      "https://h/x?sig=§",
      "ftp://h/?§",
      "postgres://u:§/db",
    );
    fc.assert(
      fc.property(forms, fc.stringMatching(/^[a-f]\d[\w.!~-]{6,30}[a-z]$/), (form, secret) => {
        expect(describeInvalidValue(form.replace("§", secret)) ?? "").not.toContain(secret);
      }),
      { numRuns: 2_000 },
    );
  });
});
