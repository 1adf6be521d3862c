import { isUtf8 } from "node:buffer";
import { PlantArchiveError } from "../errors.js";

/**
 * Whether a text is a valid key: parts separated by `/`, none of them empty or beginning with a dot, without characters
 * that file names or XML cannot have.
 */
export function isKey(text: string): boolean {
  if (!text.isWellFormed() || /[\\\p{Cc}]/u.test(text)) return false;
  return text.split("/").every((part) => part !== "" && !part.startsWith("."));
}

/** An invalid key as printable text: characters that no key can have, and bytes that are not UTF-8, as `\x01`. */
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
      `${JSON.stringify(key)} is not a valid key: parts are separated by /, not empty and do not begin with a dot; \\ and control characters are not allowed.`,
    );
}

/** @throws PlantArchiveError `OPTION_INVALID` */
export function checkRange(start: number, end: number): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start)
    throw invalid(`${start} to ${end} is not a range of bytes: both must be integers, 0 ≤ start ≤ end.`);
}

/** The order of S3: by UTF-8 bytes, not by UTF-16 units as in JavaScript. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export function endsBefore(store: string, key: string, end: number): PlantArchiveError {
  const fact = `${store}: ${key} ends before byte ${end}`;
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "skip",
    `${fact}. It is not the object that was written; verify the archive.`,
    { fact },
  );
}

export function objectMissing(store: string, key: string, cause?: unknown): PlantArchiveError {
  const fact = `${store}: there is no ${key}`;
  return new PlantArchiveError(
    "OBJECT_MISSING",
    "skip",
    `${fact}. If it was moved or deleted, bring it back; otherwise verify the archive.`,
    { cause, fact },
  );
}

/** The path of the object is a symbolic link or leads through one. */
export function objectBehindLink(store: string, key: string, link: string): PlantArchiveError {
  const what = link === key ? `${key} is a symbolic link` : `${key} is behind the symbolic link ${link}`;
  const fact = `${store}: ${what}, which the archive does not follow`;
  return new PlantArchiveError("OBJECT_INVALID", "skip", `${fact}. Replace the link by the folder or file.`, {
    fact,
  });
}

function invalid(message: string): PlantArchiveError {
  return new PlantArchiveError("OPTION_INVALID", "abort", message);
}
