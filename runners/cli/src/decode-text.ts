/** The text of a file, or why its bytes are none; `problem` follows the file's name. */
export type DecodedText = { readonly text: string } | { readonly problem: string };

const utf16: readonly (readonly [label: string, first: number, second: number])[] = [
  ["utf-16le", 0xff, 0xfe],
  ["utf-16be", 0xfe, 0xff],
];

/** Decodes UTF-8, with or without a byte order mark, and UTF-16 with one. Nothing is replaced. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [label = "utf-8"] =
    utf16.find(([, first, second]) => bytes[0] === first && bytes[1] === second) ?? [];
  // Text in UTF-16 has many of them; a stray one is named below.
  if (label === "utf-8" && bytes.filter((byte) => byte === 0).length > bytes.length / 8)
    return { problem: "seems to be UTF-16 without a byte order mark; save it as UTF-8" };
  let text: string;
  try {
    text = new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    if (label !== "utf-8") return { problem: `is not valid ${label.toUpperCase()}; save it as UTF-8` };
    const line = lineOfInvalidByte(bytes);
    return { problem: `is not UTF-8 (line ${line} has a byte that is not); save it as UTF-8` };
  }
  const zero = text.indexOf("\0");
  if (zero < 0) return { text };
  return { problem: `has a NUL character on line ${lineAt(text, zero)}; save it as UTF-8 text` };
}

/** Counted from 1. */
function lineAt(text: string, end: number): number {
  return text.slice(0, end).split("\n").length;
}

/** The longest beginning that is valid ends at the byte that is not. */
function lineOfInvalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isBeginning(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  return bytes.subarray(0, valid).filter((byte) => byte === 0x0a).length + 1;
}

function isBeginning(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
