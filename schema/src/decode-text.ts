/** Text, or why the bytes are not text. */
export type DecodedText =
  | { readonly text: string }
  | {
      /** A predicate that names the encoding and the place: `is not valid utf-8: byte 0xe9 at offset 17`. */
      readonly problem: string;
      /** Offset of the first byte that belongs to no valid character, from 0; 0 for an unknown encoding. */
      readonly offset: number;
    };

export interface DecodeTextOptions {
  /** The declared encoding, by any label of the WHATWG Encoding Standard. UTF-8 by default. */
  readonly label?: string | undefined;
  /** `true` for bytes that were truncated: an incomplete character at the end is dropped. */
  readonly cut?: boolean | undefined;
}

/** Decodes text without replacement characters. A byte order mark is dropped and overrules the declared encoding. */
export function decodeText(
  bytes: Uint8Array,
  { label = "utf-8", cut = false }: DecodeTextOptions = {},
): DecodedText {
  const decode = decoderOf(byteOrderMark(bytes) ?? label);
  if (decode === undefined)
    return { problem: `has the unknown text encoding ${JSON.stringify(label.slice(0, 40))}`, offset: 0 };
  const text = decode(bytes, cut);
  if (text !== undefined) return { text };
  const offset = findInvalidByte(bytes, decode);
  const byte = bytes[offset]?.toString(16).padStart(2, "0");
  return { problem: `is not valid ${decode.encoding}: byte 0x${byte} at offset ${offset}`, offset };
}

/** `undefined` for bytes that are not valid. */
type Decode = ((bytes: Uint8Array, cut: boolean) => string | undefined) & { readonly encoding: string };

function decoderOf(label: string): Decode | undefined {
  if (label === "utf-8") return utf8;
  try {
    const { encoding } = new TextDecoder(label);
    return encoding === "windows-1252" ? windows1252 : makeDecoder(encoding);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function makeDecoder(encoding: string): Decode {
  const strict = new TextDecoder(encoding, { fatal: true });
  const decode = (bytes: Uint8Array, cut: boolean) => {
    const text = unlessInvalid(() => strict.decode(bytes));
    // A new decoder: one that was used for a stream keeps its state.
    return text === undefined && cut
      ? unlessInvalid(() => new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true }))
      : text;
  };
  return Object.assign(decode, { encoding });
}

function unlessInvalid(decode: () => string): string | undefined {
  try {
    return decode();
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_ENCODING_INVALID_ENCODED_DATA") return undefined;
    throw error;
  }
}

const utf8 = makeDecoder("utf-8");

const latin1 = new TextDecoder("windows-1252");

/** Node 20 decodes the bytes 0x80 to 0x9f of this encoding as ISO 8859-1 does, although this encoding has other characters there. */
const windows1252: Decode = Object.assign(
  (bytes: Uint8Array) =>
    latin1
      .decode(bytes)
      .replace(/[\x80-\x9f]/g, (character) => upperControls[character.charCodeAt(0) - 0x80] ?? character),
  { encoding: "windows-1252" },
);
const upperControls = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

function byteOrderMark(bytes: Uint8Array): string | undefined {
  const [first, second] = [bytes[0], bytes[1]];
  if (first === 0xef && second === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xff && second === 0xfe ? "utf-16le" : undefined;
}

/** Offset of the first byte that belongs to no valid character. */
function findInvalidByte(bytes: Uint8Array, decode: Decode): number {
  const isValid = (length: number, cut: boolean) => decode(bytes.subarray(0, length), cut) !== undefined;
  let valid = 0;
  let invalid = bytes.length;
  if (isValid(invalid, true)) valid = invalid;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    if (isValid(middle, true)) valid = middle;
    else invalid = middle;
  }
  // Back to the start of the character, which has at most four bytes.
  for (let back = 0; back < 4 && valid > 0 && !isValid(valid, false); back++) valid -= 1;
  return valid;
}
