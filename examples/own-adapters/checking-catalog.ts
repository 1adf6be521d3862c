import {
  type ArchiveCatalog,
  type ArchivedReading,
  type ArchivedTable,
  type ArchiveFile,
  type DayState,
  type DroppedRows,
  type FileClaim,
  type FileQuery,
  type Manifest,
  type Partition,
  PlantArchiveError,
  type PruneOutcome,
  type ReadingPage,
  type RestoredReadings,
  startDigest,
  type TablePage,
  type VerifiedFile,
} from "@lmnh/plant-archive";
import type { ReferenceData } from "@lmnh/plant-schema";

/** A catalog around another one that refuses to prune while a file and the database differ. */
export class CheckingCatalog implements ArchiveCatalog {
  readonly table: ArchivedTable;
  readonly #catalog: ArchiveCatalog;

  constructor(catalog: ArchiveCatalog) {
    this.#catalog = catalog;
    this.table = catalog.table;
  }

  async prune(file: VerifiedFile, at: number): Promise<PruneOutcome> {
    const digest = startDigest(this.table);
    for await (const page of this.rows(file)) digest.add(page);
    const { rows, digest: sum } = digest.sum();
    const [current] = await this.files({ key: file.key });
    if (current?.state === "verified" && (rows !== file.rows || sum !== file.digest))
      return { kind: "changed", rows };
    return await this.#catalog.prune(file, at);
  }

  async restore(manifest: Manifest, readings: () => AsyncIterable<ReadingPage>): Promise<RestoredReadings> {
    if (manifest.schemaVersion !== 1)
      throw new PlantArchiveError("OBJECT_INVALID", "skip", `${manifest.key} has an unknown version.`);
    return await this.#catalog.restore(manifest, readings);
  }

  unarchived(until: number): Promise<readonly { readonly partition: Partition; readonly rows: number }[]> {
    return this.#catalog.unarchived(until);
  }

  files(query?: FileQuery): Promise<readonly ArchiveFile[]> {
    return this.#catalog.files(query);
  }

  claim(claim: FileClaim, limit: number): Promise<ArchiveFile | null> {
    return this.#catalog.claim(claim, limit);
  }

  rows(file: ArchiveFile): AsyncIterable<TablePage<ArchivedReading>> {
    return this.#catalog.rows(file);
  }

  dropArchivedDuplicates(file: ArchiveFile, archived: AsyncIterable<ReadingPage>): Promise<DroppedRows> {
    return this.#catalog.dropArchivedDuplicates(file, archived);
  }

  markVerified(file: VerifiedFile, at: number): Promise<boolean> {
    return this.#catalog.markVerified(file, at);
  }

  quarantine(file: ArchiveFile, reason: string): Promise<boolean> {
    return this.#catalog.quarantine(file, reason);
  }

  archiveId(): Promise<string | null> {
    return this.#catalog.archiveId();
  }

  saveArchiveId(archiveId: string, options: { readonly replacing: boolean }): Promise<string> {
    return this.#catalog.saveArchiveId(archiveId, options);
  }

  verifiedAt(): Promise<number | null> {
    return this.#catalog.verifiedAt();
  }

  saveVerifiedAt(at: number): Promise<void> {
    return this.#catalog.saveVerifiedAt(at);
  }

  days(until: number): Promise<readonly DayState[]> {
    return this.#catalog.days(until);
  }

  uncommittedReadings(day: string): AsyncIterable<ReadingPage> {
    return this.#catalog.uncommittedReadings(day);
  }

  markSummarized(day: string, readings: number): Promise<void> {
    return this.#catalog.markSummarized(day, readings);
  }

  referenceData(): Promise<ReferenceData> {
    return this.#catalog.referenceData();
  }

  loadReferenceData(data: ReferenceData): Promise<void> {
    return this.#catalog.loadReferenceData(data);
  }
}
