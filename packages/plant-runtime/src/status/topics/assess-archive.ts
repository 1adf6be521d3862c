import { describeBytes } from "../../describe-bytes.js";
import { hourMs } from "../../durations.js";
import { assessPart, failedProblem } from "../assess-part.js";
import { describeCount, pluralize } from "../describe-count.js";
import { describeAge } from "../describe-time.js";
import type { StatusContext } from "../status-context.js";
import type { CatalogFacts, StoreFacts } from "../status-facts.js";
import { dataProblem, temporaryProblem } from "../status-problems.js";
import type { Assessment, StatusProblem } from "../status-report.js";

/** A daily archive run takes the hours that have ended: an older reading has missed one. */
const archiveOverdueMs = 26 * hourMs;

export function assessArchive(context: StatusContext): Assessment {
  const { catalog, store } = context.facts;
  const { text, problems } = assessPart(catalog, context, assessCatalog);
  if (store.kind === "unknown") return { text, problems };
  const ofStore = store.kind === "known" ? wrongFiles(store.facts, context) : [failedProblem(store, context)];
  return { text, problems: [...problems, ...ofStore] };
}

function assessCatalog(catalog: CatalogFacts, { nowMs, command }: StatusContext): Assessment {
  const { files, bytes, claimed, quarantined, quarantinedUnarchived, oldestUnarchivedMs } = catalog;
  const last = catalog.lastHour === null ? "" : `, to ${catalog.lastHour}`;
  const verified =
    catalog.verifiedMs === null
      ? "no deep verification without a problem yet"
      : `last deep verification without a problem ${describeAge(catalog.verifiedMs, nowMs)}`;
  const archivedAgain = quarantinedUnarchived > 0 ? "" : ", all readings archived again";
  const odd = [
    ...(claimed > 0 ? [`${describeCount(claimed)} unfinished`] : []),
    ...(quarantined > 0 ? [`${describeCount(quarantined)} quarantined${archivedAgain}`] : []),
  ];
  const problems: StatusProblem[] = [];
  if (quarantinedUnarchived > 0)
    problems.push(
      dataProblem(
        "archive_quarantined",
        `the readings of ${pluralize(quarantinedUnarchived, "quarantined file")} are in the database, and not archived again yet`,
        { see: "a-file-of-the-archive-is-missing-or-damaged", next: command("archive") },
      ),
    );
  if (oldestUnarchivedMs !== null && nowMs - oldestUnarchivedMs > archiveOverdueMs)
    problems.push(
      temporaryProblem(
        "archive_overdue",
        `readings of ${describeAge(oldestUnarchivedMs, nowMs)} are not archived yet`,
        { next: command("archive") },
      ),
    );
  return {
    text: [
      `${pluralize(files, "file")}, ${describeBytes(bytes)}${last}${odd.length === 0 ? "" : ` (${odd.join(", ")})`}`,
      `${pluralize(catalog.unarchived, "reading")} not archived yet`,
      ...(files > 0 ? [verified] : []),
    ].join("; "),
    problems,
  };
}

/** Two problems at most: the readings of some files are still in the database, and those of others are not. */
function wrongFiles({ name, wrong, compared }: StoreFacts, { command }: StatusContext): StatusProblem[] {
  return [false, true].flatMap((isOnlyCopy) => {
    const files = wrong.filter((file) => file.isOnlyCopy === isOnlyCopy);
    const kinds = [true, false].flatMap((isMissing) => {
      const [first, ...others] = files.filter((file) => file.isMissing === isMissing);
      const what = isMissing ? "missing" : "of another size";
      return first === undefined ? [] : [`${pluralize(1 + others.length, "file")} ${what} (${first.key})`];
    });
    if (kinds.length === 0) return [];
    const found = `${name}: ${kinds.join(", ")}, of the newest ${compared}`;
    const see = "a-file-of-the-archive-is-missing-or-damaged";
    return [
      isOnlyCopy
        ? dataProblem(
            "archive_file_wrong",
            `${found}; its readings have left the database: put the file back under this name from a copy of the archive`,
            { see, next: command("archive verify") },
          )
        : dataProblem(
            "archive_file_wrong",
            `${found}; its readings are still in the database: the first run quarantines the file and exits with 65, the second one archives them again`,
            { see, next: `${command("archive --retention 0h")}; ${command("archive")}` },
          ),
    ];
  });
}
