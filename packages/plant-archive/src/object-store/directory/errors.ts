import { codeOf, reasonOf } from "@lmnh/plant-schema";
import { PlantArchiveError } from "../../errors.js";

/** What an error of the file system means for the archive in this folder. */
export function directoryError(name: string, cause: unknown): PlantArchiveError {
  if (cause instanceof PlantArchiveError) return cause;
  const reason = reasonOf(cause);
  switch (codeOf(cause)) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new PlantArchiveError(
        "STORE_FORBIDDEN",
        "abort",
        `${name} refuses: ${reason}. Give this user the right to read and write there.`,
        { cause },
      );
    case "ENOSPC":
    case "EDQUOT":
      return new PlantArchiveError(
        "STORE_FULL",
        "retry",
        `${name} has no room: ${reason}. Nothing is lost; make room and archive again.`,
        { cause },
      );
    case "EMFILE":
    case "ENFILE":
      return new PlantArchiveError(
        "STORE_UNREACHABLE",
        "retry",
        `${name} cannot be opened: ${reason}. Raise the limit of open files (ulimit -n) and try again.`,
        { cause },
      );
    case "ENOTDIR":
    case "EISDIR":
    case "EEXIST":
      return new PlantArchiveError(
        "STORE_FORBIDDEN",
        "abort",
        `${name} has a file where a folder is needed, or the other way round: ${reason}. Move it away.`,
        { cause },
      );
    case "ENAMETOOLONG":
      return new PlantArchiveError(
        "OPTION_INVALID",
        "abort",
        `${name} cannot have so long a name: ${reason}. Shorten the key.`,
        { cause },
      );
    default:
      return new PlantArchiveError(
        "STORE_UNREACHABLE",
        "retry",
        `${name} does not work: ${reason}. Check the disk and that it is mounted, then try again.`,
        { cause },
      );
  }
}

/** The archive's own folder is not there. It is never made, because it may be on a disk that is not mounted. */
export function folderMissing(name: string, cause?: unknown): PlantArchiveError {
  return new PlantArchiveError(
    "STORE_MISSING",
    "abort",
    `${name}: there is no such folder. Mount its disk, or make the folder.`,
    { cause },
  );
}

/** What was named as the archive's own folder is something else. */
export function noFolder(name: string): PlantArchiveError {
  return new PlantArchiveError(
    "STORE_MISSING",
    "abort",
    `${name} is a file and no folder. Name a folder, or move the file away.`,
  );
}
