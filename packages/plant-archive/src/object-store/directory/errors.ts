import { codeOf, reasonOf } from "@lmnh/plant-schema/internal";
import { isPlantArchiveError, PlantArchiveError } from "../../errors.js";

/** The archive error of a file system error. */
export function directoryError(name: string, cause: unknown): PlantArchiveError {
  if (isPlantArchiveError(cause)) return cause;
  const reason = reasonOf(cause);
  switch (codeOf(cause)) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new PlantArchiveError(
        "STORE_FORBIDDEN",
        "abort",
        `${name} denies access: ${reason}. This user needs read and write permission.`,
        { cause },
      );
    case "ENOSPC":
    case "EDQUOT":
      return new PlantArchiveError(
        "STORE_FULL",
        "retry",
        `${name} is full: ${reason}. Nothing is lost; free space and archive again.`,
        { cause },
      );
    case "EMFILE":
    case "ENFILE":
      return new PlantArchiveError(
        "STORE_UNREACHABLE",
        "retry",
        `${name} cannot be opened: ${reason}. Raise the limit of open files (ulimit -n).`,
        { cause },
      );
    case "ENOTDIR":
    case "EISDIR":
    case "EEXIST":
      return new PlantArchiveError(
        "STORE_FORBIDDEN",
        "abort",
        `${name} has a file in place of a folder, or a folder in place of a file: ${reason}. Move it away.`,
        { cause },
      );
    case "ENAMETOOLONG":
      return new PlantArchiveError(
        "OPTION_INVALID",
        "abort",
        `${name} cannot have such a long name: ${reason}. Shorten the key.`,
        { cause },
      );
    default:
      return new PlantArchiveError(
        "STORE_UNREACHABLE",
        "retry",
        `${name} fails: ${reason}. Check the disk and its mount.`,
        { cause },
      );
  }
}

/** The root is never created, because its disk may not be mounted. */
export function folderMissing(name: string, cause?: unknown): PlantArchiveError {
  return new PlantArchiveError(
    "STORE_MISSING",
    "abort",
    `${name}: there is no such folder. Mount its disk, or create the folder.`,
    { cause },
  );
}

export function notAFolder(name: string): PlantArchiveError {
  return new PlantArchiveError(
    "STORE_MISSING",
    "abort",
    `${name} is a file, not a folder. Choose a folder, or move the file away.`,
  );
}
