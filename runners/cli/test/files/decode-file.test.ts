import { describe, expect, test } from "vitest";
import { decodeFile } from "../../src/files/decode-file.js";

const text = "PLANT_PLANTS=1-5\nNAME=Fougère 🌱\n";
const utf16 = (littleEndian: boolean, content: string) => {
  const bytes = Buffer.from(content, "utf16le");
  return littleEndian ? bytes : bytes.swap16();
};

describe("decodeFile", () => {
  test("decodes UTF-8 with and without a byte order mark, and UTF-16 with one", () => {
    for (const bytes of [
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      utf16(true, `\ufeff${text}`),
      utf16(false, `\ufeff${text}`),
    ])
      expect(decodeFile(bytes)).toEqual({ text });
  });

  test("rejects a file of unknown encoding by name, and never loses characters", () => {
    for (const [bytes, problem] of [
      [utf16(true, text), "seems to be UTF-16 without a byte order mark; save it as UTF-8"],
      [utf16(false, "PLANT_PLANTS=1"), "seems to be UTF-16 without a byte order mark; save it as UTF-8"],
      [
        Buffer.from("A=1\nB=Foug\xe8re\n", "latin1"),
        "is not UTF-8 (line 2 has a byte that is not); save it as UTF-8",
      ],
      [
        Buffer.from("A=1\nB=2\nC=\0 and more text than that\n"),
        "has a NUL character on line 3; save it as UTF-8 text",
      ],
      [Buffer.from([0xff, 0xfe, 0x41]), "is not valid UTF-16LE; save it as UTF-8"],
    ] as const)
      expect(decodeFile(bytes)).toEqual({ problem });
  });
});
