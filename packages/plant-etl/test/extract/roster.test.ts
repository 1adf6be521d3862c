import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PlantEtlError } from "../../src/errors.js";
import { formatRanges, type IdRange, parseRoster, plantIds } from "../../src/extract/roster.js";

const ids = (text: string) => [...plantIds(parseRoster(text).ranges)];

function refusal(text: string): PlantEtlError {
  try {
    parseRoster(text);
  } catch (error) {
    if (error instanceof PlantEtlError) return error;
  }
  throw new Error(`${JSON.stringify(text)} was not refused`);
}

describe("parseRoster", () => {
  it("parses ids and ranges, with spaces", () => {
    expect(ids("1-3,60")).toEqual([1, 2, 3, 60]);
    expect(ids(" 0 , 5 - 6 ")).toEqual([0, 5, 6]);
  });

  it("sorts and merges ids", () => {
    expect(ids("9,3-5,4-6,3,5")).toEqual([3, 4, 5, 6, 9]);
    expect(parseRoster("1-10,5-20,21,30")).toEqual({
      kind: "list",
      ranges: [
        [1, 21],
        [30, 30],
      ],
    });
  });

  it("accepts ids up to the largest INT", () => {
    expect(ids("2147483647")).toEqual([2_147_483_647]);
    expect(refusal("2147483648").message).toContain("the largest id is 2147483647");
    expect(refusal(`1-${"9".repeat(400)}`).message).toContain("the largest id is");
  });

  it.each([
    ["", 1, "nothing"],
    ["1-50,,60", 6, "nothing"],
    ["1-50,", 6, "nothing"],
    ["1-50, sixty", 7, '"sixty"'],
    ["-5", 1, '"-5"'],
    ["1.5", 1, '"1.5"'],
    ["1-2-3", 1, '"1-2-3"'],
    ["7,50-1", 3, "write 1-50"],
  ])("rejects %j with the position of the problem", (text, position, problem) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: "OPTION_INVALID", recovery: "abort" });
    expect(error.message).toContain(JSON.stringify(text));
    expect(error.message).toContain(`character ${position}:`);
    expect(error.message).toContain(problem);
  });

  it("accepts up to a million plants", () => {
    expect(parseRoster("1-1000000").ranges).toEqual([[1, 1_000_000]]);
    expect(parseRoster("1-1000000,500000-1000000").ranges).toEqual([[1, 1_000_000]]);
    expect(refusal("0-1000000").message).toContain("has 1000001 plants; a run can have at most 1000000");
    expect(refusal("1-600000,700000-1100001").message).toContain("has 1000002 plants");
  });

  it("needs constant memory for a range of two thousand million plants", () => {
    const all = plantIds([[0, 2_147_483_647]]);
    expect([all.next().value, all.next().value]).toEqual([0, 1]);
  });
});

const anyRange = fc
  .tuple(fc.nat({ max: 60 }), fc.nat({ max: 10 }))
  .map(([from, length]): IdRange => [from, from + length]);

describe("formatRanges and parseRoster, for any ids", () => {
  it("round-trip, sorted and without duplicates", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 100 }), { minLength: 1 }), (some) => {
        expect(ids(formatRanges(some))).toEqual([...new Set(some)].sort((a, b) => a - b));
      }),
    );
  });

  it("parse as the union of overlapping ranges", () => {
    fc.assert(
      fc.property(fc.array(anyRange, { minLength: 1, maxLength: 8 }), (ranges) => {
        const text = ranges.map(([from, to]) => `${from}-${to}`).join(",");
        expect(ids(text)).toEqual([...new Set(plantIds(ranges))].sort((a, b) => a - b));
      }),
    );
  });

  it("format the shortest text", () => {
    expect(formatRanges([])).toBe("");
    expect(formatRanges([7, 1, 3, 2, 3])).toBe("1-3,7");
    expect(formatRanges([4, 5])).toBe("4-5");
  });

  it("parse any text or throw OPTION_INVALID", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0159-, x") }), (text) => {
        try {
          parseRoster(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PlantEtlError);
        }
      }),
    );
  });
});
