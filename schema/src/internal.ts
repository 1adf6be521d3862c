/**
 * What the packages of this repository share and no other program should import: it may change in any version. They depend
 * on the exact version of this package.
 */
export { callSafely } from "./call-safely.js";
export {
  conflictKey,
  conflictReason,
  haveSameValues,
  type ReadingValues,
  readingValueColumns,
} from "./conflicting-reading.js";
export { type DecodedText, type DecodeTextOptions, decodeText } from "./decode-text.js";
export { codeOf, reasonOf } from "./errors.js";
export { protectObserver } from "./protect-observer.js";
export { newestPlants, toReferenceRows } from "./reference-data/reference-rows.js";
export { signedUrlRenewalTime, urlWithoutQuery } from "./reference-data/signed-link.js";
