import type { ArchiveValues } from "./settings/groups.js";
import { redact } from "./settings/redact.js";
import { isGiven, type Resolved } from "./settings/resolve-settings.js";
import type { SettingTable } from "./settings/setting.js";

/** The archive that is meant; the runners open it. */
export type ResolvedArchive =
  | {
      readonly kind: "directory";
      readonly url: string;
      /** As the URL has it, which may be relative. */
      readonly directory: string;
    }
  | {
      readonly kind: "s3";
      readonly url: string;
      /** Without secrets. */
      readonly name: string;
    };

/** The archive that the settings mean: what is given, else the museum's bucket, else the default folder. */
export function resolveArchive(
  { archive, s3BucketName }: ArchiveValues,
  resolved: Resolved<SettingTable>,
): ResolvedArchive {
  const given = isGiven(resolved, "archive");
  const url = !given && s3BucketName !== undefined ? `s3://${s3BucketName}` : archive;
  if (url.startsWith("s3:")) return { kind: "s3", url, name: redact(url) };
  return { kind: "directory", url, directory: url.slice("file:".length).replace(/^\/\/(?=\/)/, "") };
}
