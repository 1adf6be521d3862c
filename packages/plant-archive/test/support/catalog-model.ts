import { conflictReason, haveSameValues } from "@lmnh/plant-schema/internal";
import { digestMismatch, inOtherFile, isCopy, wasQuarantined } from "../../src/catalog/restore-errors.js";
import { toQuarantinedRow } from "../../src/catalog/row-mapping.js";
import { type ArchiveFile, type IdRange, isInFile } from "../../src/model/archive-file.js";
import type { ArchivedReading } from "../../src/model/archived-reading.js";
import { keyOf } from "../../src/model/archived-table.js";
import { startDigest } from "../../src/model/page-digest.js";
import { type Partition, partitionEnd, partitionOf } from "../../src/model/partition.js";
import { type ReadingPage, readingPage, readingTable } from "../../src/model/reading-table.js";
import type { ArchiveCatalog } from "../../src/ports.js";
import type { CatalogFile, CatalogState, ReadingTables } from "../../src/testing/catalog-tables.js";

type FileRow = CatalogFile & { readonly fileId: number; readonly range: IdRange };
type Stored = ArchivedReading & { readonly fileId: number | null };

/** What the model has no use for. */
type Unmodelled =
  | "archiveId"
  | "saveArchiveId"
  | "verifiedAt"
  | "saveVerifiedAt"
  | "referenceData"
  | "loadReferenceData";

/** A model of the catalog in its simplest form, which the SQL is compared with. */
export function createCatalogModel(
  plantIds: readonly number[],
): Omit<ArchiveCatalog, Unmodelled> & { readonly tables: ReadingTables } {
  const plants = new Set(plantIds);
  const readings = new Map<number, Stored>();
  const numbers = new Map<string, number>();
  const files = new Map<number, FileRow>();
  const quarantined: CatalogState["quarantined"][number][] = [];
  const conflicts = new Set<string>();
  const summarized = new Map<string, number>();
  let lastReading = 0;
  let lastFile = 0;

  const inOrder = (wanted: (row: Stored) => boolean) => [...readings.values()].filter(wanted).sort(byName);
  const ofFile = (fileId: number) => inOrder((row) => row.fileId === fileId);
  const like = (key: Pick<ArchivedReading, "plantId" | "recordingTaken">) =>
    readings.get(numbers.get(keyOf(readingTable, key)) ?? 0);
  const changeFile = (fileId: number, changes: Partial<FileRow>) => {
    const row = files.get(fileId);
    if (row !== undefined) files.set(fileId, { ...row, ...changes });
  };
  const coveringFiles = (partition: Partition) =>
    [...files.values()]
      .filter((file) => file.partition === partition && /claimed|verified/.test(file.state))
      .sort((a, b) => a.range.after - b.range.after);
  const uncommitted = ({ fileId }: Stored) => fileId === null || files.get(fileId)?.state === "claimed";
  const dayOf = (ms: number) => partitionOf(ms).slice(0, 10);

  const store = (reading: ArchivedReading, fileId: number | null) => {
    readings.set(reading.readingId, { ...reading, fileId });
    numbers.set(keyOf(readingTable, reading), reading.readingId);
    lastReading = Math.max(lastReading, reading.readingId);
  };

  const remove = (readingId: number) => {
    const row = readings.get(readingId);
    if (row !== undefined) numbers.delete(keyOf(readingTable, row));
    readings.delete(readingId);
  };
  const resolveDuplicates = (stored: Stored, archived: ArchivedReading): "duplicates" | "conflicts" => {
    remove(stored.readingId);
    if (haveSameValues(stored, archived)) return "duplicates";
    const { rowId, naturalKey, content } = toQuarantinedRow(readingTable, stored);
    if (!conflicts.has(naturalKey))
      quarantined.push({ rowId, reason: conflictReason, content: JSON.stringify(content) });
    conflicts.add(naturalKey);
    return "conflicts";
  };

  const tables: ReadingTables = {
    insert: async (fresh) => {
      for (const reading of fresh) {
        if (!plants.has(reading.plantId)) throw new Error(`there is no plant ${reading.plantId}`);
        if (like(reading) === undefined) store({ readingId: lastReading + 1, ...reading }, null);
      }
    },
    insertWithIds: async (late) => {
      for (const reading of late) store(reading, null);
    },
    update: async (readingId, changes) => {
      const row = readings.get(readingId);
      if (row !== undefined) readings.set(readingId, { ...row, ...changes });
    },
    remove: async (readingId) => remove(readingId),
    state: async () => ({
      readings: inOrder(() => true).map(({ fileId, ...reading }) => ({
        ...reading,
        key: fileId === null ? null : (files.get(fileId)?.key ?? null),
      })),
      files: [...files.values()].sort(byPlace).map(({ fileId: _fileId, range: _range, ...file }) => file),
      quarantined: [...quarantined],
    }),
  };

  return {
    table: readingTable,
    tables,

    unarchived: async (until) => {
      const hours = new Map<Partition, number>();
      for (const { recordingTaken } of inOrder(({ fileId }) => fileId === null)) {
        const partition = partitionOf(recordingTaken);
        if (partitionEnd(partition) <= until) hours.set(partition, (hours.get(partition) ?? 0) + 1);
      }
      return [...hours]
        .sort(([a], [b]) => compare(a, b))
        .map(([partition, count]) => ({ partition, rows: count }));
    },

    files: async ({ states, partition, day, key } = {}) =>
      [...files.values()]
        .filter((file) => states?.includes(file.state) ?? true)
        .filter((file) => partition === undefined || file.partition === partition)
        .filter((file) => day === undefined || file.partition.startsWith(day))
        .filter((file) => key === undefined || file.key === key)
        .sort(byPlace)
        .map(toFile),

    claim: async ({ key, partition, runId, at }, limit) => {
      const unarchived = inOrder(
        ({ fileId, recordingTaken }) => fileId === null && partitionOf(recordingTaken) === partition,
      ).sort((a, b) => a.readingId - b.readingId);
      const first = unarchived[0]?.readingId ?? 0;
      const next = coveringFiles(partition).find(({ range }) => range.after >= first);
      const chosen = unarchived
        .filter(({ readingId }) => next === undefined || readingId <= next.range.after)
        .slice(0, limit);
      if ([...files.values()].some((file) => file.key === key)) throw new Error(`there is a file ${key}`);
      if (chosen.length === 0) return null;
      const fileId = ++lastFile;
      const file: FileRow = {
        fileId,
        key,
        partition,
        state: "claimed",
        range: rangeOf(chosen),
        rows: chosen.length,
        bytes: null,
        digest: null,
        runId,
        claimedAt: at,
        verifiedAt: null,
        prunedAt: null,
        reason: null,
      };
      files.set(fileId, file);
      for (const row of chosen) store(row, fileId);
      return toFile(file);
    },

    rows: ({ fileId }) => pages(() => ofFile(fileId).sort((a, b) => a.readingId - b.readingId)),

    dropArchivedDuplicates: async ({ fileId }, archived) => {
      const dropped = { duplicates: 0, conflicts: 0 };
      for await (const page of archived)
        for (const reading of page) {
          const stored = like(reading);
          if (stored?.fileId === fileId && files.get(fileId)?.state === "claimed")
            dropped[resolveDuplicates(stored, reading)] += 1;
        }
      if (dropped.duplicates + dropped.conflicts > 0) {
        const rows = (files.get(fileId)?.rows ?? 0) - dropped.duplicates - dropped.conflicts;
        changeFile(fileId, { rows });
        if (rows <= 0) files.delete(fileId);
      }
      const left = files.get(fileId);
      return { file: left === undefined ? null : toFile(left), ...dropped };
    },

    markVerified: async ({ fileId, rows, bytes, digest }, at) => {
      const file = files.get(fileId);
      if (file?.state !== "claimed" || file.rows !== rows) return false;
      changeFile(fileId, { state: "verified", bytes, digest, verifiedAt: at });
      return true;
    },

    quarantine: async ({ fileId }, reason) => {
      const state = files.get(fileId)?.state;
      if (state !== "claimed" && state !== "verified") return false;
      changeFile(fileId, { state: "quarantined", reason });
      for (const row of ofFile(fileId)) store(row, null);
      return true;
    },

    prune: async ({ fileId, rows, digest }, at) => {
      if (files.get(fileId)?.state !== "verified") return { kind: "elsewhere" };
      const found = digestOf(ofFile(fileId));
      if (found.rows !== rows || found.digest !== digest) return { kind: "changed", rows: found.rows };
      changeFile(fileId, { state: "pruned", prunedAt: at });
      for (const { readingId } of ofFile(fileId)) remove(readingId);
      return { kind: "pruned", rows };
    },

    restore: async ({ key, partition, rows, bytes, digest, runId }, read) => {
      const known = [...files.values()].find((file) => file.key === key);
      if (known?.state === "claimed" || known?.state === "verified")
        return { restored: 0, present: rows, barePlants: 0 };
      if (known?.state === "quarantined") throw wasQuarantined(key, readingTable);
      const original = [...files.values()].find(
        (file) =>
          file.partition === partition &&
          (file.state === "verified" || file.state === "pruned") &&
          file.rows === rows &&
          file.digest === digest,
      );
      if (known === undefined && original !== undefined) throw isCopy(key, original.key, readingTable);
      const back: ArchivedReading[] = [];
      for await (const page of read()) back.push(...page);

      const claimedByOthers = new Set<number>();
      for (const reading of back) {
        const stored = like(reading);
        const other = files.get(stored?.fileId ?? 0);
        if (stored !== undefined && other?.state === "verified") throw inOtherFile(key, readingTable, stored);
        if (other?.state === "claimed") claimedByOthers.add(other.fileId);
      }
      const found = digestOf(back);
      if (found.rows !== rows || found.digest !== digest) throw digestMismatch(key, readingTable);
      if (known !== undefined && (known.rows !== rows || known.digest !== digest))
        throw digestMismatch(key, readingTable);

      const bare = new Set(back.map(({ plantId }) => plantId).filter((plantId) => !plants.has(plantId)));
      for (const plantId of bare) plants.add(plantId);
      for (const other of claimedByOthers) {
        changeFile(other, { state: "quarantined", reason: `${key}, which was restored, has readings of it` });
        for (const row of ofFile(other)) store(row, null);
      }
      for (const reading of back) {
        const stored = like(reading);
        if (stored !== undefined) resolveDuplicates(stored, reading);
      }
      const fileId = known?.fileId ?? ++lastFile;
      const times = { claimedAt: null, verifiedAt: null, reason: null, ...known, prunedAt: null };
      const own = rangeOf(back);
      const isTaken =
        back.some(({ readingId }) => readings.has(readingId)) ||
        inOrder((row) => isInFile(readingTable, row, { partition, range: own })).length > 0 ||
        coveringFiles(partition).some(({ range }) => range.after < own.through && own.after < range.through);
      const stored = back.map((reading) => {
        const readingId = isTaken ? lastReading + 1 : reading.readingId;
        store({ ...reading, readingId }, fileId);
        return { ...reading, readingId };
      });
      files.set(fileId, {
        ...times,
        fileId,
        key,
        partition,
        state: "verified",
        range: rangeOf(stored),
        rows,
        bytes,
        digest,
        runId,
      });
      return { restored: rows, present: 0, barePlants: bare.size };
    },

    days: async (until) => {
      const counts = new Map<string, number>();
      const count = (day: string, rows: number) => counts.set(day, (counts.get(day) ?? 0) + rows);
      for (const file of files.values())
        if (file.state === "verified" || file.state === "pruned")
          count(file.partition.slice(0, 10), file.rows);
      for (const { recordingTaken } of inOrder(uncommitted)) count(dayOf(recordingTaken), 1);
      return [...counts]
        .filter(([day]) => day < dayOf(until))
        .sort(([a], [b]) => compare(a, b))
        .map(([day, rows]) => ({ day, readings: rows, summarized: summarized.get(day) ?? 0 }));
    },

    uncommittedReadings: (day) =>
      pages(() => inOrder((row) => uncommitted(row) && dayOf(row.recordingTaken) === day)),

    markSummarized: async (day, rows) => {
      summarized.set(day, Math.max(rows, summarized.get(day) ?? 0));
    },
  };
}

async function* pages(rows: () => readonly Stored[]): AsyncIterable<ReadingPage> {
  const found = rows();
  if (found.length > 0) yield readingPage(found.map(({ fileId: _fileId, ...reading }) => reading));
}

function digestOf(readings: readonly ArchivedReading[]) {
  const digest = startDigest(readingTable);
  digest.add(readingPage(readings));
  return digest.sum();
}

function toFile({ fileId, key, partition, state, range, rows, bytes, digest, runId }: FileRow): ArchiveFile {
  return { fileId, key, partition, state, range, rows, bytes, digest, runId };
}

function rangeOf(readings: readonly ArchivedReading[]): IdRange {
  const ids = readings.map(({ readingId }) => readingId);
  return { after: Math.min(...ids) - 1, through: Math.max(...ids) };
}

function byPlace(a: FileRow, b: FileRow): number {
  return compare(a.partition, b.partition) || compare(a.key, b.key);
}

function byName(a: Stored, b: Stored): number {
  return a.plantId - b.plantId || a.recordingTaken - b.recordingTaken;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
