import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { migrationChecksum } from "../src/migration/migration.js";
import { planMigrations } from "../src/migration/plan-migrations.js";

const known = ["0001_seed", "0002_sprout", "0003_leaf", "0004_bloom"].map((name) => ({
  name,
  sql: `-- ${name}\n`,
}));
const entry = (migration: { name: string; sql: string }) => ({
  name: migration.name,
  checksum: migrationChecksum(migration),
});

describe("planMigrations", () => {
  it("plans what the ledger lacks, in order", () => {
    for (let applied = 0; applied <= known.length; applied++)
      expect(planMigrations(known, known.slice(0, applied).map(entry))).toEqual(known.slice(applied));
  });

  it("takes no notice of the ledger's order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(known.slice(0, 3), { minLength: 3 }), (applied) => {
        expect(planMigrations(known, applied.map(entry))).toEqual(known.slice(3));
      }),
    );
  });

  it("names an edited file, both its checksums, and what to do", () => {
    const [first, ...others] = known.map(entry);
    const edited = { name: first?.name ?? "", checksum: "0".repeat(64) };
    const message = new RegExp(`0001_seed\\.sql.*${edited.checksum}.*${first?.checksum}.*new migration`);
    expect(() => planMigrations(known, [edited, ...others])).toThrow(
      expect.objectContaining({
        code: "MIGRATION_EDITED",
        recovery: "abort",
        message: expect.stringMatching(message),
      }),
    );
  });

  it("refuses a database that is newer than the program", () => {
    expect(() => planMigrations(known, [...known, { name: "0005_fruit", sql: "" }].map(entry))).toThrow(
      expect.objectContaining({ code: "MIGRATION_UNKNOWN", message: expect.stringContaining("0005_fruit") }),
    );
  });

  it("refuses a ledger with a gap, because files are applied in order", () => {
    const gaps = fc
      .subarray(known, { minLength: 1 })
      .filter((applied) => applied.some((each, at) => each !== known[at]));
    fc.assert(
      fc.property(gaps, (applied) => {
        expect(() => planMigrations(known, applied.map(entry))).toThrow(
          expect.objectContaining({ code: "MIGRATION_UNKNOWN" }),
        );
      }),
    );
  });
});

it("a checksum does not depend on how a checkout ends its lines, and on nothing else", () => {
  const checksum = (sql: string) => migrationChecksum({ name: "x", sql });
  expect(checksum("a;\r\nb;\r\n")).toBe(checksum("a;\nb;\n"));
  expect(checksum("a;\nb; \n")).not.toBe(checksum("a;\nb;\n"));
});
