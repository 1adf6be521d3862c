import { fc, test as property } from "@lmnh/testing/property";
import { describe, expect, test } from "vitest";
import { normalizePhone } from "../../src/transform/normalize-phone.js";

describe("normalizePhone returns one form for each format", () => {
  test.each([
    ["305.202.6602", "+13052026602"],
    ["6152878920", "+16152878920"],
    ["(953) 607-4239 x328", "+19536074239 x328"],
    ["(146)994-1635x35992", "+11469941635 x35992"],
    ["001-481-273-3691x127", "+14812733691 x127"],
    ["+1-271-181-9601x61816", "+12711819601 x61816"],
    ["1-666-690-3171 x152", "+16666903171 x152"],
    ["763.914.8635 ext. 57724", "+17639148635 x57724"],
    ["+442079460958", "+442079460958"],
  ])("%s becomes %s", (phone, canonical) => expect(normalizePhone(phone, "US")).toBe(canonical));
});

test("normalizePhone keeps leading zeros", () => {
  expect(normalizePhone("063-112-5503", "US")).toBe("+10631125503");
  expect(normalizePhone("555.943.7122x0977", "US")).toBe("+15559437122 x0977");
  expect(normalizePhone("011-988-5458 x8217", "US")).toBe("011-988-5458 x8217");
});

test("normalizePhone uses the region for a number without a country code", () => {
  expect(normalizePhone("0151 496 0123", "GB")).toBe("+441514960123");
});

test.each(["", "unknown", "ask at the desk", "12", "ext 5", "+1 305 202 6602 or 6603", "305-202-FERN"])(
  "normalizePhone returns the invalid number %j unchanged",
  (phone) => expect(normalizePhone(phone, "US")).toBe(phone),
);

const digitsOf = (text: string) => text.replace(/\D/g, "");
const tenDigits = fc.stringMatching(/^\d{10}$/);
const extension = fc.stringMatching(/^\d{2,5}$/);
const written = fc.constantFrom(
  (n: string) => n,
  (n: string) => `${n.slice(0, 3)}.${n.slice(3, 6)}.${n.slice(6)}`,
  (n: string) => `(${n.slice(0, 3)}) ${n.slice(3, 6)}-${n.slice(6)}`,
  (n: string) => `+1-${n.slice(0, 3)}-${n.slice(3, 6)}-${n.slice(6)}`,
  (n: string) => `001-${n.slice(0, 3)}-${n.slice(3, 6)}-${n.slice(6)}`,
);

property(
  "normalizePhone loses no digit and no extension of any format",
  [tenDigits, extension, written],
  (digits, ext, write) => {
    expect(digitsOf(normalizePhone(`${write(digits)}x${ext}`, "US"))).toMatch(new RegExp(`${digits}${ext}$`));
  },
);

property("normalizePhone is idempotent", [tenDigits, extension], (digits, ext) => {
  const canonical = normalizePhone(`${digits} x${ext}`, "US");
  expect(normalizePhone(canonical, "US")).toBe(canonical);
});

property("normalizePhone does not throw for any text", [fc.string()], (text) => {
  expect(typeof normalizePhone(text, "US")).toBe("string");
});
