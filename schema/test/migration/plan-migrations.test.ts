import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { migrationChecksum } from "../../src/migration/migration.js";
import { planMigrations } from "../../src/migration/plan-migrations.js";

const known = ["0001_seed", "0002_sprout", "0003_leaf", "0004_bloom"].map((name) => ({
  name,
  sql: `-- ${name}\n`,
}));
const entry = (migration: { name: string; sql: string }) => ({
  name: migration.name,
  checksum: migrationChecksum(migration),
});

describe("planMigrations", () => {
  it("returns the migrations that the history lacks, in order", () => {
    for (let applied = 0; applied <= known.length; applied++)
      expect(planMigrations(known, known.slice(0, applied).map(entry))).toEqual(known.slice(applied));
  });

  it("does not depend on the order of the history", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(known.slice(0, 3), { minLength: 3 }), (applied) => {
        expect(planMigrations(known, applied.map(entry))).toEqual(known.slice(3));
      }),
    );
  });

  it("throws SCHEMA_UNKNOWN for another checksum, and names both", () => {
    const [first, ...others] = known.map(entry);
    const edited = { name: first?.name ?? "", checksum: "0".repeat(64) };
    const message = new RegExp(`0001_seed.*${edited.checksum}.*${first?.checksum}.*Nothing was changed`);
    expect(() => planMigrations(known, [edited, ...others])).toThrow(
      expect.objectContaining({
        code: "SCHEMA_UNKNOWN",
        recovery: "abort",
        details: { migration: "0001_seed", checksum: edited.checksum, expected: first?.checksum },
        message: expect.stringMatching(message),
      }),
    );
  });

  it("throws SCHEMA_UNKNOWN for a migration that is not known, as a newer version has", () => {
    expect(() => planMigrations(known, [...known, { name: "0005_fruit", sql: "" }].map(entry))).toThrow(
      expect.objectContaining({ code: "SCHEMA_UNKNOWN", message: expect.stringContaining("0005_fruit") }),
    );
  });

  it("throws SCHEMA_UNKNOWN for a history with a gap", () => {
    const gaps = fc
      .subarray(known, { minLength: 1 })
      .filter((applied) => applied.some((each, at) => each !== known[at]));
    fc.assert(
      fc.property(gaps, (applied) => {
        expect(() => planMigrations(known, applied.map(entry))).toThrow(
          expect.objectContaining({ code: "SCHEMA_UNKNOWN" }),
        );
      }),
    );
  });
});

it("migrationChecksum depends on nothing but the text, with LF or CRLF", () => {
  const checksum = (sql: string) => migrationChecksum({ name: "x", sql });
  expect(checksum("a;\r\nb;\r\n")).toBe(checksum("a;\nb;\n"));
  expect(checksum("a;\nb; \n")).not.toBe(checksum("a;\nb;\n"));
});
