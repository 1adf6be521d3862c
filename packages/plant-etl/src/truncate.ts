/**
 * The first `maxLength` UTF-16 code units of a text, one less where the cut would split a surrogate pair. A cut text is
 * copied: V8 represents a slice of a long text as a view that keeps all of it in memory.
 */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return JSON.parse(JSON.stringify(text.slice(0, end))) as string;
}

/** As `truncate`; a text that was cut ends with `…`. */
export function ellipsize(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${truncate(text, maxLength)}…`;
}
