import { PlantArchiveError } from "../errors.js";

/**
 * Whether a text can be a key: parts with `/` between them, of which none is empty or begins with a dot, and no
 * character that file names or XML cannot have.
 */
export function isKey(text: string): boolean {
  if (!text.isWellFormed() || /[\\\p{Cc}]/u.test(text)) return false;
  return text.split("/").every((part) => part !== "" && !part.startsWith("."));
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
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "skip",
    `${store}: ${key} ends before byte ${end}. It is not what was written; verify the archive.`,
  );
}

/** An object to be read that is not there. */
export function objectMissing(store: string, key: string, cause?: unknown): PlantArchiveError {
  return new PlantArchiveError(
    "OBJECT_MISSING",
    "skip",
    `${store}: there is no ${key}. Somebody has removed it; bring it back, or verify the archive.`,
    { cause },
  );
}

/** An object whose path leads through a symbolic link, or is one. */
export function objectBehindLink(store: string, key: string, link: string): PlantArchiveError {
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "skip",
    `${store}: ${link === key ? `${key} is a symbolic link` : `${key} is behind the symbolic link ${link}`}, which the archive does not follow. Put the folder or file itself in the link's place.`,
  );
}

function invalid(message: string): PlantArchiveError {
  return new PlantArchiveError("OPTION_INVALID", "abort", message);
}
