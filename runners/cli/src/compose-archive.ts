import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { directoryObjectStore, type ObjectStore } from "@lmnh/plant-archive";
import { UserError } from "./errors.js";
import { ExitCode } from "./exit-codes.js";
import type { Host } from "./host.js";
import type { ArchiveValues } from "./settings/groups.js";
import { defaultArchive } from "./settings/plant-settings.js";
import type { Resolved } from "./settings/resolve-settings.js";
import type { SettingTable } from "./settings/setting.js";

/** The archive that the settings mean: what is given, else the museum's bucket, else the default folder. */
export function archiveUrl(
  { archive, s3BucketName }: ArchiveValues,
  resolved: Resolved<SettingTable>,
): string {
  const given = resolved.shown.some(({ key, origin }) => key === "archive" && origin !== "default");
  return !given && s3BucketName !== undefined ? `s3://${s3BucketName}` : archive;
}

/** Opens it. A folder is made, but not the folders that it should be in, unless it is the default's. */
export async function openArchive(url: string, { newId }: Pick<Host, "newId">): Promise<ObjectStore> {
  if (url.startsWith("s3:")) {
    // Loaded only where it is used: it is large.
    const { openS3ObjectStore } = await import("@lmnh/plant-archive/s3");
    return openS3ObjectStore(url);
  }
  const directory = resolve(url.slice("file:".length).replace(/^\/\/(?=\/)/, ""));
  if (url !== defaultArchive && !existsSync(dirname(directory)))
    throw new UserError(
      ExitCode.configuration,
      `The folder of the archive ${url} does not exist. Make it: mkdir -p ${dirname(directory)}`,
    );
  return directoryObjectStore({ directory, newId });
}
