import { remember } from "./remember.js";

/**
 * Mends a name's spacing: outer and doubled white space, no-break and zero-width characters. Letters, their case and
 * their punctuation stay: `Canna ‘Striata’`, `Dragon tree,` and `Bird of paradise` are as the curators wrote them.
 *
 * @returns `null` when nothing is left
 */
export const tidyName: (text: string) => string | null = remember((text) => {
  const tidy = text
    .normalize("NFC")
    .replace(/[\u200B\u2060\uFEFF]/g, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return tidy === "" ? null : tidy;
});
