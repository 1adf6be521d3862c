import fc from "fast-check";
import { expect, test } from "vitest";
import { isoTime, parseIsoTime } from "../../src/catalog/iso-time.js";

const firstMs = Date.parse("0000-01-01T00:00:00.000Z");
const lastMs = Date.parse("9999-12-31T23:59:59.999Z");

test("parseIsoTime is the inverse of isoTime", () => {
  fc.assert(
    fc.property(fc.integer({ min: firstMs, max: lastMs }), (ms) => {
      expect(parseIsoTime(isoTime(ms))).toBe(ms);
    }),
    { numRuns: 2000 },
  );
});

test("parseIsoTime accepts what Date writes, and nothing else", () => {
  const two = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, "0"));
  const times = fc
    .tuple(
      fc.integer({ min: 0, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
      two,
      two,
      two,
    )
    .map(([year, month, day, hour, minute, second]) => {
      const date = [
        String(year).padStart(4, "0"),
        ...[month, day].map((part) => String(part).padStart(2, "0")),
      ];
      return `${date.join("-")}T${hour}:${minute}:${second}.000Z`;
    });
  fc.assert(
    fc.property(fc.oneof(times, fc.string({ minLength: 20, maxLength: 26 })), (text) => {
      const ms = Date.parse(text);
      const isWritten = !Number.isNaN(ms) && isoTime(ms) === text;
      expect(parseIsoTime(text)).toBe(isWritten ? ms : null);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  "2026-02-29T00:00:00.000Z",
  "2026-01-28T24:00:00.000Z",
  "2026-01-28 00:00:00.000Z",
  "2026-01-28T00:00:00.0 0Z",
  "2026-01-28T00:00:00.000z",
  "+026-01-28T00:00:00.000Z",
])("parseIsoTime rejects %s", (text) => {
  expect(parseIsoTime(text)).toBeNull();
});
