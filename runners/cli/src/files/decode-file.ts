import { decodeText } from "@lmnh/plant-schema/internal";

/** The text of a file, or why it cannot be decoded; `problem` follows the file's name. */
export type FileText = { readonly text: string } | { readonly problem: string };

/** Decodes UTF-8, with or without a byte order mark, and UTF-16 with one. No invalid byte is replaced. */
export function decodeFile(bytes: Uint8Array): FileText {
  const decoded = decodeText(bytes);
  const encoding = "text" in decoded ? undefined : /^is not valid (\S+):/.exec(decoded.problem)?.[1];
  if (encoding !== undefined && encoding !== "utf-8")
    return { problem: `is not valid ${encoding.toUpperCase()}; save it as UTF-8` };
  const zeros = bytes.filter((byte) => byte === 0).length;
  // Decoded UTF-16 has none; a single one is reported below.
  const hasZeros = "problem" in decoded || decoded.text.includes("\0");
  if (hasZeros && zeros > bytes.length / 8)
    return { problem: "seems to be UTF-16 without a byte order mark; save it as UTF-8" };
  if ("problem" in decoded) {
    const line = bytes.subarray(0, decoded.offset).filter((byte) => byte === lineFeed).length + 1;
    return { problem: `is not UTF-8 (line ${line} has a byte that is not); save it as UTF-8` };
  }
  const zero = decoded.text.indexOf("\0");
  if (zero < 0) return decoded;
  const line = decoded.text.slice(0, zero).split("\n").length;
  return { problem: `has a NUL character on line ${line}; save it as UTF-8 text` };
}

const lineFeed = 0x0a;
