import { UserError } from "./errors.js";
import { ExitCode } from "./exit-codes.js";
import { redact } from "./settings/redact.js";
import { isSet, type Resolved } from "./settings/resolve-settings.js";
import type { SettingTable } from "./settings/setting.js";
import type { ArchiveValues } from "./settings/setting-groups.js";
import { type ArchiveKind, archiveUrls, describeForms, kindOfUrl } from "./settings/url-forms.js";

/** The archive of the settings, to be opened with `openArchive`. */
export type ResolvedArchive = {
  readonly url: string;
  /** Without secrets. */
  readonly name: string;
} & (
  | {
      readonly kind: "directory";
      /** May be relative. */
      readonly directory: string;
    }
  | { readonly kind: "s3" }
);

export function directoryArchive(directory: string): ResolvedArchive {
  const url = `file:${directory}`;
  return { kind: "directory", url, name: url, directory };
}

/**
 * The archive of the settings: `archive` if it is set, else the bucket by its name, else the default folder.
 *
 * @throws UserError for a URL of another scheme
 */
export function resolveArchive(
  { archive, s3BucketName }: ArchiveValues,
  resolved: Resolved<SettingTable>,
): ResolvedArchive {
  const url = !isSet(resolved, "archive") && s3BucketName !== undefined ? `s3://${s3BucketName}` : archive;
  const kind = kindOfUrl(archiveUrls, url);
  if (kind === undefined)
    throw new UserError(ExitCode.configuration, `The archive must be ${describeForms(archiveUrls)}.`);
  return resolvers[kind](url);
}

const resolvers: Readonly<Record<ArchiveKind, (url: string) => ResolvedArchive>> = {
  directory: (url) => ({
    kind: "directory",
    url,
    name: url,
    directory: url.slice("file:".length).replace(/^\/\/(?=\/)/, ""),
  }),
  s3: (url) => ({ kind: "s3", url, name: redact(url) }),
};
