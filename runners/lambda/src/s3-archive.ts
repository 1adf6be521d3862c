import { ExitCode, type ResolvedArchive, resolveArchive, UserError } from "@lmnh/plant-runtime";
import { checkS3Archive } from "@lmnh/plant-runtime/s3";
import { type ArchiveSettings, isInvalidSetting, problemsOf } from "./lambda-settings.js";

export type S3Archive = Extract<ResolvedArchive, { readonly kind: "s3" }>;

/**
 * The bucket of the settings.
 *
 * @throws UserError for another kind of archive
 */
export function s3Archive(settings: ArchiveSettings): S3Archive {
  const choice = resolveArchive(settings.values, settings);
  if (choice.kind === "s3") return choice;
  throw new UserError(
    ExitCode.configuration,
    "PLANT_ARCHIVE must begin with s3://: what a Lambda writes to its disk is lost",
  );
}

/** The problems of the archive's settings, a line each. */
export function problemsOfArchive(settings: ArchiveSettings): string[] {
  return isInvalidSetting(settings, "archive") ? [] : problemsOf(() => checkS3Archive(s3Archive(settings)));
}
