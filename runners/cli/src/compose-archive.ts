import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { directoryObjectStore, memoryObjectStore, type ObjectStore } from "@lmnh/plant-archive";
import type { S3Patience } from "@lmnh/plant-archive/s3";
import { UserError } from "./errors.js";
import { ExitCode } from "./exit-codes.js";
import type { Host } from "./host.js";
import { quoteForShell } from "./output/quote-for-shell.js";
import type { ArchiveValues } from "./settings/groups.js";
import { defaultArchive } from "./settings/plant-settings.js";
import { redact } from "./settings/redact.js";
import type { Resolved } from "./settings/resolve-settings.js";
import type { SettingTable } from "./settings/setting.js";

/** An archive that is known and not open yet. */
export interface ArchiveTarget {
  /** Without secrets. */
  readonly name: string;
  /**
   * `false` for a folder that opening it with `make` would make.
   *
   * @throws UserError where the folder that it should be in is missing and is not ours to make
   */
  exists(): boolean;
  /** With `pretend`, a folder that is not there is taken for an empty one. */
  open(folder: "make" | "pretend" | "look", patience?: S3Patience): Promise<ObjectStore>;
}

/** The archive that the settings mean: what is given, else the museum's bucket, else the default folder. */
export function chooseArchive(
  { archive, s3BucketName }: ArchiveValues,
  resolved: Resolved<SettingTable>,
  host: Pick<Host, "newId">,
): ArchiveTarget {
  const given = resolved.shown.some(({ key, origin }) => key === "archive" && origin !== "default");
  const url = !given && s3BucketName !== undefined ? `s3://${s3BucketName}` : archive;
  return url.startsWith("s3:") ? bucketTarget(url) : folderTarget(url, host);
}

function bucketTarget(url: string): ArchiveTarget {
  return {
    name: redact(url),
    exists: () => true,
    async open(_folder, patience) {
      // Loaded only where it is used: it is large.
      const { openS3ObjectStore } = await import("@lmnh/plant-archive/s3");
      return await openS3ObjectStore(url, patience);
    },
  };
}

function folderTarget(url: string, { newId }: Pick<Host, "newId">): ArchiveTarget {
  const directory = resolve(url.slice("file:".length).replace(/^\/\/(?=\/)/, ""));
  const exists = () => {
    const parent = dirname(directory);
    if (url !== defaultArchive && !existsSync(parent))
      throw new UserError(
        ExitCode.configuration,
        `The folder of the archive ${url} does not exist. Make it: mkdir -p ${quoteForShell(parent)}`,
      );
    return existsSync(directory);
  };
  return {
    name: url,
    exists,
    async open(folder) {
      if (!exists()) {
        if (folder === "pretend") return memoryObjectStore();
        if (folder === "look")
          throw new UserError(
            ExitCode.configuration,
            `The archive ${url} is not there. Name another one with --archive, or make it: plant archive`,
          );
        mkdirSync(directory, { recursive: true });
      }
      return directoryObjectStore({ directory, newId });
    },
  };
}
