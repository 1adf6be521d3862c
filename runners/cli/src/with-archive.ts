import { kyselyReadingLedger, type ObjectStore, type ReadingLedger } from "@lmnh/plant-archive";
import { bringUpToDate } from "./bring-up-to-date.js";
import type { Task } from "./command.js";
import { archiveUrl, openArchive } from "./compose-archive.js";
import { chooseDatabase } from "./compose-database.js";
import type { archiveSettings, databaseSettings } from "./settings/groups.js";
import { redact } from "./settings/redact.js";
import { listenForStop } from "./stop.js";

/** What the archive's commands work on. */
export interface OpenedArchive {
  readonly ledger: ReadingLedger;
  readonly objects: ObjectStore;
  /** Without secrets. */
  readonly databaseName: string;
  readonly archiveName: string;
  /** Aborts with the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/** Opens database and archive for a command, and closes them after it. */
export async function withArchive<Result>(
  { values, host, output, resolved }: Task<typeof archiveSettings & typeof databaseSettings>,
  work: (opened: OpenedArchive) => Promise<Result>,
): Promise<Result> {
  const target = chooseDatabase(values, resolved);
  const url = archiveUrl(values, resolved);
  const objects = await openArchive(url, host);
  const database = await target.open();
  try {
    await bringUpToDate(database, output);
    const stop = listenForStop(host, (signal) =>
      output.note(`${signal}: stopping after the file that is under way; once more to end at once`),
    );
    try {
      return await work({
        ledger: kyselyReadingLedger(database),
        objects,
        databaseName: target.name,
        archiveName: redact(url),
        signal: stop.signal,
      });
    } finally {
      stop.release();
    }
  } finally {
    output.progress("");
    await database.close();
  }
}
