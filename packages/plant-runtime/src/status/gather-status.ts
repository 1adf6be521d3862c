import { type ObjectStore, sqlArchiveCatalog } from "@lmnh/plant-archive";
import type { Clock, PlantDatabase } from "@lmnh/plant-schema";
import { UserError } from "../errors.js";
import { ExitCode } from "../exit-codes.js";
import { formatError } from "../format-error.js";
import { errorOutcome } from "../run-outcome.js";
import { discardDamaged, isDamaged } from "./discard-damaged.js";
import { runInterval, silentAfterMs } from "./run-interval.js";
import { type StatusStatements, sqlStatusStatements } from "./sql-status-facts.js";
import type { DatabaseFilesFacts, DiskFacts, Part, StatusFacts } from "./status-facts.js";
import { type ComparedCatalog, storeStatusFacts } from "./store-status-facts.js";

/** What a status is read from. Each function is called once. */
export interface StatusSources {
  readonly databaseName: string;
  /** Opens the migrated database for reading; rejects if it does not exist. */
  readonly openDatabase: () => Promise<PlantDatabase>;
  /** Bytes of the database's files; `null` for a server. */
  readonly databaseBytes: () => Promise<number | null>;
  /** The files of the database, whether they can be read or not; `null` for a server. */
  readonly databaseFiles: () => Promise<DatabaseFilesFacts | null>;
  /** Opens the archive, which is empty if it does not exist. */
  readonly openArchive: () => Promise<{ readonly objects: ObjectStore; readonly exists: boolean }>;
  readonly disks: () => Promise<readonly DiskFacts[]>;
}

export interface GatherOptions {
  readonly clock: Clock;
  /** How long each part may take, milliseconds. */
  readonly limitMs: number;
}

/** Files that are compared with the store: two days of one file an hour. */
const comparedFiles = 48;
const failedDatabase = { kind: "unknown", because: "the database cannot be read" } as const;

/** Reads the parts of a status. Never rejects: a part that fails, or takes too long, has its error in its place. */
export async function gatherStatus(
  sources: StatusSources,
  { clock, limitMs }: GatherOptions,
): Promise<StatusFacts> {
  const nowMs = clock.now();
  const part = <Facts>(what: string, work: () => Promise<Facts>) => readPart(what, work, { clock, limitMs });
  const disks = part("The disk", sources.disks);
  const databaseFiles = part("The files of the database", sources.databaseFiles);
  // The module of the archive is loaded while the database is opened.
  const archive = part("The archive", sources.openArchive);

  const opening = sources.openDatabase();
  const connection = await part("The database", () => opening);
  try {
    const readable = connection.kind === "known" ? connection.facts : null;
    const statements = readable === null ? null : sqlStatusStatements(readable);
    const query = async <Facts>(
      what: string,
      read: (statements: StatusStatements) => Promise<Facts>,
    ): Promise<Part<Facts>> =>
      statements === null ? failedDatabase : await part(what, () => read(statements));

    const runs = await query("The run log", ({ runs }) => runs(nowMs));
    const interval = runs.kind === "known" ? runInterval(runs.facts.newest) : null;
    // Together, so that a database that does not respond costs the time of one part.
    const [database, readings, plants, rejections, alerts, catalog, newestFiles, found] = await Promise.all([
      connection.kind !== "known"
        ? connection
        : query("The size of the database", async ({ bytes }) => ({
            name: sources.databaseName,
            bytes: (await sources.databaseBytes()) ?? (await bytes().catch(() => null)),
          })),
      query("The readings", ({ readings }) => readings(nowMs, loadedSince(runs))),
      query("The plants", ({ plants }) => plants(nowMs, nowMs - silentAfterMs(interval))),
      query("The rejections", ({ rejections }) => rejections(nowMs)),
      query("The alerts", ({ alerts }) => alerts(nowMs)),
      query("The archive catalog", ({ catalog }) => catalog()),
      query("The archive catalog", (each) => each.newestFiles(comparedFiles)),
      archive,
    ]);
    const readStore = async (compared: ComparedCatalog | null): Promise<StatusFacts["store"]> =>
      found.kind !== "known"
        ? found
        : await part(`The archive ${found.facts.objects.name}`, () =>
            storeStatusFacts(found.facts.objects, found.facts.exists, compared),
          );
    const compared = await readStore(
      readable === null || newestFiles.kind !== "known"
        ? null
        : { catalog: sqlArchiveCatalog(readable), newestFiles: newestFiles.facts },
    );
    const damage = [newestFiles, compared].find(isDamaged);
    return discardDamaged({
      ...{ database, databaseFiles: await databaseFiles, runs, readings, plants, rejections, alerts },
      catalog: damage ?? catalog,
      // The archive itself may be well.
      store: isDamaged(compared) ? await readStore(null) : compared,
      disks: await disks,
    });
  } finally {
    // If it opens too late, it is closed then.
    const close = () =>
      opening.then(
        (opened) => opened.close(),
        () => {},
      );
    await readPart("The database", close, { clock, limitMs: connection.kind === "known" ? limitMs : 1 });
  }
}

/** The start of the newest run that has loaded readings. */
function loadedSince(runs: StatusFacts["runs"]): number {
  const newest = runs.kind === "known" ? runs.facts.newest : [];
  return newest.find(({ loaded }) => loaded > 0)?.startedMs ?? 0;
}

async function readPart<Facts>(
  what: string,
  work: () => Promise<Facts>,
  { clock, limitMs }: GatherOptions,
): Promise<Part<Facts>> {
  const ended = new AbortController();
  try {
    const reading = work();
    // It may fail after its time is over.
    reading.catch(() => {});
    const late = clock.sleep(limitMs, ended.signal).then(
      () => {
        throw new UserError(
          ExitCode.temporaryFailure,
          `${what} could not be read within ${limitMs / 1_000} s`,
        );
      },
      // Aborted, because the part was read.
      () => new Promise<never>(() => {}),
    );
    return { kind: "known", facts: await Promise.race([reading, late]) };
  } catch (error) {
    const { exitCode, lines } = formatError(error, "cli");
    const { reason } = errorOutcome(error, "cli");
    const code = reason ?? "UNEXPECTED_ERROR";
    return { kind: "failed", code, problem: lines.join("; "), exitCode };
  } finally {
    ended.abort();
  }
}
