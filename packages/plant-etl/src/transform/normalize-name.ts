import { memoize } from "./memoize.js";

/** Zero-width characters, and those that change the direction of what follows. */
const invisible = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g;

/** Zero-width (non-)joiners with nothing to join. Scripts of India and Persia, and emoji, are written with the others. */
const strayJoiner = /(?<![^\p{ASCII}\s\u200C\u200D])[\u200C\u200D]/gu;

/**
 * Mends a name's spacing: outer and doubled white space, no-break and control characters, and takes out what is
 * invisible. Letters, their case and their punctuation stay: `Canna ‘Striata’`, `Dragon tree,` and `Bird of paradise`
 * are as the curators wrote them. The result is never longer than the text.
 *
 * @returns `null` when nothing is left
 */
export const normalizeName: (text: string) => string | null = memoize((text) => {
  const visible = text.replace(invisible, "").replace(/\p{Cc}/gu, " ");
  const tidy = compose(compose(visible).replace(strayJoiner, "").replace(/\s+/g, " ").trim());
  return tidy === "" ? null : tidy;
});

/** NFC, except for the few texts that it would make longer than a column may be. */
function compose(text: string): string {
  const composed = text.normalize("NFC");
  return composed.length > text.length ? text : composed;
}
