import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { directoryObjectStore, memoryObjectStore, type ObjectStore } from "@lmnh/plant-archive";
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

/**
 * Opens it. With `make`, a folder that is missing is made, but not the folders that it should be in, unless it is the
 * default's; with `pretend`, it is taken for an empty one.
 */
export async function openArchive(
  url: string,
  folder: "make" | "pretend" | "look",
  { newId }: Pick<Host, "newId">,
): Promise<ObjectStore> {
  if (url.startsWith("s3:")) {
    // Loaded only where it is used: it is large.
    const { openS3ObjectStore } = await import("@lmnh/plant-archive/s3");
    return openS3ObjectStore(url);
  }
  const directory = resolve(url.slice("file:".length).replace(/^\/\/(?=\/)/, ""));
  if (!existsSync(directory)) {
    if (folder === "pretend") return memoryObjectStore();
    if (folder === "make") makeFolder(directory, url);
  }
  return directoryObjectStore({ directory, newId });
}

function makeFolder(directory: string, url: string): void {
  if (url !== defaultArchive && !existsSync(dirname(directory)))
    throw new UserError(
      ExitCode.configuration,
      `The folder of the archive ${url} does not exist. Make it: mkdir -p ${dirname(directory)}`,
    );
  mkdirSync(directory, { recursive: true });
}
