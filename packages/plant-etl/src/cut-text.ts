/**
 * The first `longest` UTF-16 code units of a text, one less where the cut would halve a character. What is cut is
 * copied: V8 makes a slice of a long text as a view that keeps all of it in memory.
 */
export function firstUnits(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(longest - 1)) ? longest - 1 : longest;
  return JSON.parse(JSON.stringify(text.slice(0, end))) as string;
}

/** The same for people: a text that was cut ends with `…`. */
export function shorten(text: string, longest: number): string {
  return text.length <= longest ? text : `${firstUnits(text, longest)}…`;
}
