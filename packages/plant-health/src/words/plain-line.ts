/** Control, bidirectional and separator characters, and surrogates without their other half. */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu;

/** One line of plain text for a message: unsafe characters become a space, and a longer text is cut. */
export function plainLine(text: string, maxLength: number): string {
  const line = text
    .slice(0, 4 * maxLength)
    .replace(unsafe, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  const characters = Array.from(line);
  return characters.length <= maxLength ? line : `${characters.slice(0, maxLength - 1).join("")}…`;
}

/** `null` for no text, or one without a visible character. */
export function plainLineOrNull(text: string | null | undefined, maxLength: number): string | null {
  return plainLine(text ?? "", maxLength) || null;
}
