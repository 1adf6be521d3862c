import { isUtf8 } from "node:buffer";
import { PlantArchiveError } from "../errors.js";

/**
 * Whether a text can be a key: parts with `/` between them, of which none is empty or begins with a dot, and no
 * character that file names or XML cannot have.
 */
export function isKey(text: string): boolean {
  if (!text.isWellFormed() || /[\\\p{Cc}]/u.test(text)) return false;
  return text.split("/").every((part) => part !== "" && !part.startsWith("."));
}

/** What is no key, as text that can be shown and told apart: what no key can have, and bytes that are no UTF-8, as `\x01`. */
export function printableName(name: string | Buffer): string {
  const isBytes = typeof name !== "string" && !isUtf8(name);
  const hidden = isBytes ? /[^ -[\]-~]/g : /[\\\p{Cc}\p{Cs}]/gu;
  return name.toString(isBytes ? "latin1" : "utf8").replace(hidden, (character) => {
    const digits = character.charCodeAt(0).toString(16);
    return digits.length > 2 ? `\\u${digits}` : `\\x${digits.padStart(2, "0")}`;
  });
}

/** @throws PlantArchiveError `OPTION_INVALID` */
export function checkKey(key: string): void {
  if (!isKey(key))
    throw invalid(
      `${JSON.stringify(key)} cannot be a key. Write parts with / between them, none of them empty or beginning with a dot, without \\ and control characters.`,
    );
}

/** @throws PlantArchiveError `OPTION_INVALID` */
export function checkRange(start: number, end: number): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start)
    throw invalid(`There are no bytes from ${start} to ${end}: give whole numbers, 0 ≤ start ≤ end.`);
}

/** The order of keys that S3 has: by their UTF-8 bytes, which JavaScript's own order differs from. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** An object that ends before what was to be read of it. */
export function endsBefore(store: string, key: string, end: number): PlantArchiveError {
  const fact = `${store}: ${key} ends before byte ${end}`;
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "skip",
    `${fact}. It is not what was written; verify the archive.`,
    { fact },
  );
}

/** An object to be read that is not there. */
export function objectMissing(store: string, key: string, cause?: unknown): PlantArchiveError {
  const fact = `${store}: there is no ${key}`;
  return new PlantArchiveError(
    "OBJECT_MISSING",
    "skip",
    `${fact}. Somebody has removed it; bring it back, or verify the archive.`,
    { cause, fact },
  );
}

/** An object whose path leads through a symbolic link, or is one. */
export function objectBehindLink(store: string, key: string, link: string): PlantArchiveError {
  const what = link === key ? `${key} is a symbolic link` : `${key} is behind the symbolic link ${link}`;
  const fact = `${store}: ${what}, which the archive does not follow`;
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "skip",
    `${fact}. Put the folder or file itself in the link's place.`,
    { fact },
  );
}

function invalid(message: string): PlantArchiveError {
  return new PlantArchiveError("OPTION_INVALID", "abort", message);
}
