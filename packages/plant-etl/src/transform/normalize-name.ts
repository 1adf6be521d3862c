import { memoize } from "./memoize.js";

/** Zero-width characters, and those that change the direction of the text after them. */
const invisible = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g;

/** Zero-width (non-)joiners with nothing to join. Indic scripts, Persian and emoji need the others. */
const strayJoiner = /(?<![^\p{ASCII}\s\u200C\u200D])[\u200C\u200D]/gu;

/**
 * Normalizes white space and control characters of a name, and removes invisible characters. Letters, case and punctuation
 * stay: `Canna ‘Striata’`, `Dragon tree,` and `Bird of paradise` are spelled by the curators. The result is never longer
 * than the text.
 *
 * @returns `null` if nothing is left
 */
export const normalizeName: (text: string) => string | null = memoize((text) => {
  const visible = text.replace(invisible, "").replace(/\p{Cc}/gu, " ");
  const tidy = compose(compose(visible).replace(strayJoiner, "").replace(/\s+/g, " ").trim());
  return tidy === "" ? null : tidy;
});

/** NFC, except for the few texts that it would lengthen, because columns have a limit. */
function compose(text: string): string {
  const composed = text.normalize("NFC");
  return composed.length > text.length ? text : composed;
}
