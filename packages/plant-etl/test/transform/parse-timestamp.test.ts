import { fc, test as property } from "@lmnh/testing/property";
import { describe, expect, test } from "vitest";
import { formatTimestamp, parseTimestamp } from "../../src/transform/parse-timestamp.js";

const read = (text: string, offset = 0) => {
  const ms = parseTimestamp(text, offset);
  return ms === null ? null : formatTimestamp(ms);
};

describe("parseTimestamp returns UTC for every form of the API", () => {
  test.each([
    ["2023-05-11 09:31:39", "2023-05-11T09:31:39.000Z"],
    ["Wed, 10 May 2023 14:03:04 GMT", "2023-05-10T14:03:04.000Z"],
    ["2025-09-23T14:48:26.516Z", "2025-09-23T14:48:26.516Z"],
    ["2026-01-26T15:16:04.703006", "2026-01-26T15:16:04.703Z"],
    ["2026-01-26T13:12:19", "2026-01-26T13:12:19.000Z"],
    ["2026-01-26T13:12:19.9", "2026-01-26T13:12:19.900Z"],
    ["2026-01-26T13:12:19+01:00", "2026-01-26T12:12:19.000Z"],
    ["2026-01-26T13:12:19-0530", "2026-01-26T18:42:19.000Z"],
    ["  2024-02-29 00:00  ", "2024-02-29T00:00:00.000Z"],
  ])("%s is %s", (text, expected) => expect(read(text)).toBe(expected));
});

test("parseTimestamp truncates a fraction to milliseconds", () => {
  expect(read("2026-01-26T23:59:59.999999")).toBe("2026-01-26T23:59:59.999Z");
});

test("parseTimestamp applies the default offset only without a zone", () => {
  expect(read("2026-07-01T13:00:00", 60)).toBe("2026-07-01T12:00:00.000Z");
  expect(read("2026-07-01T13:00:00Z", 60)).toBe("2026-07-01T13:00:00.000Z");
  expect(read("Wed, 01 Jul 2026 13:00:00 GMT", 60)).toBe("2026-07-01T13:00:00.000Z");
});

test.each([
  "",
  "soon",
  "1700000000",
  "2025-02-29T10:00:00",
  "2026-13-01T10:00:00",
  "2026-00-10T10:00:00",
  "2026-01-26T24:00:00",
  "2026-01-26T10:61:00",
  "2026-01-26T10:00:00+99:00",
  "26/01/2026 10:00",
  "0001-01-01T00:00:00",
  "1753-01-01T00:00:00+01:00",
  "9999-12-31T23:59:59-14:00",
  "Mon, 31 Feb 2026 10:00:00 GMT",
])("parseTimestamp returns null for %j", (text) => expect(read(text)).toBeNull());

property(
  "parseTimestamp and formatTimestamp round-trip milliseconds",
  [fc.date({ min: new Date("1753-01-02"), max: new Date("9999-12-31"), noInvalidDate: true })],
  (date) => {
    expect(parseTimestamp(formatTimestamp(date.getTime()), 0)).toBe(date.getTime());
  },
);

property("parseTimestamp does not throw for any text", [fc.string()], (text) => {
  const ms = parseTimestamp(text, 0);
  expect(ms === null || Number.isInteger(ms)).toBe(true);
});
