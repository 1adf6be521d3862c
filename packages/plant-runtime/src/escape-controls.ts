/**
 * Control characters (C0, DEL, C1), bidirectional controls, the separators U+2028 and U+2029, and surrogates without
 * their other half: what moves a cursor, begins a line, reorders what follows, or cannot be encoded.
 */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * One line of text for a terminal or a log: unsafe characters become the escapes that JSON has for them, such as
 * `\n` and `\u001b`. A JSON document stays the same document.
 */
export function escapeControls(text: string): string {
  return text.replace(
    unsafe,
    (character) => short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
