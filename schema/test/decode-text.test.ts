import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText } from "../src/decode-text.js";

const bytesOf = (...bytes: number[]) => Uint8Array.from(bytes);

describe("decodeText", () => {
  it("returns any encoded text without replacement characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.boolean(), (text, mark) => {
        const utf8 = Buffer.from(mark ? `\ufeff${text}` : text);
        expect(decodeText(utf8)).toEqual({ text: mark ? text : text.replace(/^\ufeff/, "") });
        const utf16 = Buffer.from(`\ufeff${text}`, "utf16le");
        expect(decodeText(utf16)).toEqual({ text });
        expect(decodeText(Buffer.from(utf16).swap16(), { label: "utf-8" })).toEqual({ text });
      }),
    );
  });

  it("returns text with the same bytes, or the offset of an invalid byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const decoded = decodeText(bytes, { label: "utf-8" });
        if ("text" in decoded) {
          if (bytes[0] === 0xef || (bytes[0] ?? 0) >= 0xfe) return;
          expect(Buffer.from(decoded.text)).toEqual(Buffer.from(bytes));
        } else {
          expect(decoded.offset).toBeLessThan(bytes.length);
          expect(decodeText(bytes.subarray(0, decoded.offset))).toHaveProperty("text");
          expect(decodeText(bytes.subarray(0, decoded.offset + 4))).toHaveProperty("problem");
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("decodes every byte of Windows-1252 under all of its labels", () => {
    const upper = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const expected = Array.from(all, (byte) =>
      byte >= 0x80 && byte < 0xa0 ? upper[byte - 0x80] : String.fromCharCode(byte),
    ).join("");
    for (const label of ["windows-1252", "ISO-8859-1", "latin1", "us-ascii", " CP1252 "])
      expect(decodeText(all, { label })).toEqual({ text: expected });
  });

  it.each([
    ["utf-8", bytesOf(0x61, 0xc3), "utf-8: byte 0xc3 at offset 1"],
    ["utf-8", bytesOf(0x61, 0xf0, 0x9f, 0x8c, 0x61), "utf-8: byte 0xf0 at offset 1"],
    ["utf-8", bytesOf(0xff, 0x61), "utf-8: byte 0xff at offset 0"],
    ["utf-16le", bytesOf(0x61, 0, 0, 0xd8, 0x61, 0), "utf-16le: byte 0x00 at offset 2"],
    ["utf-16be", bytesOf(0, 0x61, 0), "utf-16be: byte 0x00 at offset 2"],
    ["shift_jis", bytesOf(0x83, 0x74, 0x83), "shift_jis: byte 0x83 at offset 2"],
    ["iso-8859-7", bytesOf(0x61, 0xae), "iso-8859-7: byte 0xae at offset 1"],
  ])("reports the offset of bytes that are not %s", (label, bytes, problem) => {
    expect(decodeText(bytes, { label })).toMatchObject({ problem: `is not valid ${problem}` });
  });

  it.each(["utf-7", "iso-2022-kr", "", "x".repeat(1000)])("rejects the unknown encoding %j", (label) => {
    expect(decodeText(bytesOf(0x61), { label })).toEqual({
      problem: `has the unknown text encoding ${JSON.stringify(label.slice(0, 40))}`,
      offset: 0,
    });
  });

  it("drops only the incomplete character at the end of truncated bytes", () => {
    const bytes = Buffer.from("é🌱");
    const texts = Array.from(bytes, (_, index) => decodeText(bytes.subarray(0, index + 1), { cut: true }));
    expect(texts).toEqual(["", "é", "é", "é", "é", "é🌱"].map((text) => ({ text })));
    expect(decodeText(bytesOf(0xe9, 0x22), { cut: true })).toHaveProperty("problem");
  });

  it("decodes text after bytes that are not text", () => {
    expect(decodeText(bytesOf(0xe2, 0x82))).toHaveProperty("problem");
    expect(decodeText(bytesOf(0xac, 0x61))).toHaveProperty("problem");
    expect(decodeText(bytesOf(0x61))).toEqual({ text: "a" });
  });
});
