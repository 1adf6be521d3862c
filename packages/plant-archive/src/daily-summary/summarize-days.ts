import type { Plant } from "@lmnh/plant-schema";
import { isObjectError } from "../errors.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { type ReadingPage, readingTable } from "../model/reading-table.js";
import { singleChunk } from "../object-store/single-chunk.js";
import { objectSource } from "../parquet/byte-source.js";
import { decodePages } from "../parquet/decode-pages.js";
import type { ArchiveCatalog, DayState, ObjectStore } from "../ports.js";
import { kWayMerge } from "../streams/k-way-merge.js";
import { nullOnAbort } from "../streams/null-on-abort.js";
import { type PlantDay, plantStatistics } from "./plant-statistics.js";
import { countSummarized, encodeSummary, summaryKey, summaryPrefix } from "./summary-codec.js";

export interface SummarizeOptions {
  readonly catalog: ArchiveCatalog;
  readonly objects: ObjectStore;
  /** Milliseconds since the epoch; only days that end at or before it are summarized. */
  readonly until: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SummarizedDay {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** Why the day keeps its previous summary; `null` if a new one was written. */
  readonly problem: string | null;
}

/**
 * Writes the summary of every complete day that has more readings than its last summary counted, from all of them, in
 * files and in the database. A day with an unreadable file keeps its previous summary. Missing summaries are written
 * again, the newest first, up to the first one that fails: the verification reports the others, and an archive in a new
 * place has no files of old days.
 *
 * @throws PlantArchiveError `STORE_…`
 */
export async function* summarizeDays(options: SummarizeOptions): AsyncGenerator<SummarizedDay, void, void> {
  const { catalog, objects, until, signal } = options;
  const days = await catalog.days(until);
  const isDue = ({ readings, summarized }: DayState) => readings > summarized;
  const present = new Set<string>();
  if (!days.every(isDue)) for await (const { key } of objects.list(summaryPrefix)) present.add(key);
  const missing = days.filter((day) => !isDue(day) && !present.has(summaryKey(day.day))).reverse();
  const due = [...days.filter(isDue), ...missing];
  if (due.length === 0) return;
  const { plants } = await catalog.referenceData();
  const plantsById = new Map(plants.map((plant) => [plant.plantId, plant]));
  for (const state of due) {
    if (signal?.aborted) return;
    const { day } = state;
    try {
      if (await nullOnAbort(summarizeDay(state, plantsById, options), signal)) yield { day, problem: null };
    } catch (error) {
      if (!isObjectError(error)) throw error;
      if (!isDue(state)) return;
      yield { day, problem: error.message };
    }
  }
}

type SummarySources = Pick<SummarizeOptions, "catalog" | "objects" | "signal">;

/**
 * `false` if a later run has to do it, because readings were loaded or archived meanwhile or another archiver was first;
 * and if there is a summary of as many readings already.
 */
async function summarizeDay(
  { day, readings }: DayState,
  plants: ReadonlyMap<number, Plant>,
  { catalog, objects, signal }: SummarySources,
): Promise<boolean> {
  const key = summaryKey(day);
  // The temporary data of a killed writer would stay for ever, or block the next one.
  await objects.abortIncompleteUploads(key);
  const before = await objects.head(key);
  const rows = await summarizePlants(day, { catalog, objects, signal });
  const counted = rows.reduce((sum, row) => sum + row.readings, 0);
  if (counted !== readings) return false;
  // A database that was replaced has no record of earlier summaries.
  if (before !== null && (await readingsOf(objects, key, day, signal)) >= counted) {
    await catalog.markSummarized(day, counted);
    return false;
  }
  const table = encodeSummary(day, rows, plants);
  const { kind } = await objects.put(
    key,
    singleChunk(table),
    before === null ? {} : { ifMatch: before.etag },
  );
  if (kind !== "written") return false;
  await catalog.markSummarized(day, counted);
  return true;
}

/** The number of readings in the stored summary; 0 if it is not one of this day and is to be replaced. */
async function readingsOf(
  objects: ObjectStore,
  key: string,
  day: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  try {
    return await countSummarized(await objectSource(objects, key, signal), day);
  } catch (error) {
    if (isObjectError(error)) return 0;
    throw error;
  }
}

async function summarizePlants(
  day: string,
  { catalog, objects, signal }: SummarySources,
): Promise<PlantDay[]> {
  const files = await catalog.files({ states: ["verified", "pruned"], day });
  const streams = [
    ...files.map(({ key }) => readingsIn(objects, key, signal)),
    catalog.uncommittedReadings(day),
  ];
  const rows: PlantDay[] = [];
  let plantId: number | undefined;
  let ofPlant: ReadingPage[] = [];
  const close = () => {
    if (plantId !== undefined) rows.push(plantStatistics(plantId, day, ofPlant));
    ofPlant = [];
  };
  for await (const part of kWayMerge(streams.map(partsByPlant), (a, b) => a.plantId - b.plantId)) {
    if (part.plantId !== plantId) close();
    plantId = part.plantId;
    ofPlant.push(part.readings);
  }
  close();
  return rows;
}

/** All files of a day are read at once; in memory are the columns of one row group of each. */
async function* readingsIn(
  objects: ObjectStore,
  key: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReadingPage, void, void> {
  yield* decodePages<ArchivedReading>(readingTable, await objectSource(objects, key, signal));
}

interface PartOfPlant {
  readonly plantId: number;
  readonly readings: ReadingPage;
}

/** Pages ordered by plant, in parts of one plant each. */
async function* partsByPlant(
  pages: AsyncIterable<ReadingPage>,
): AsyncGenerator<readonly PartOfPlant[], void, void> {
  for await (const page of pages) {
    const { numbers: plantIds } = page.numbers("plantId");
    const parts: PartOfPlant[] = [];
    for (let start = 0, end = 1; start < page.length; start = end, end++) {
      const plantId = plantIds[start] ?? 0;
      while (end < page.length && plantIds[end] === plantId) end++;
      parts.push({ plantId, readings: page.slice(start, end) });
    }
    yield parts;
  }
}
