import type { Plant } from "@lmnh/plant-schema";
import { isObjectError } from "../errors.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { singleChunk } from "../object-store/single-chunk.js";
import { objectSource } from "../parquet/byte-source.js";
import { decodeReadings } from "../parquet/decode-readings.js";
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
  let ofPlant: ArchivedReading[] = [];
  const close = () => {
    const [first] = ofPlant;
    if (first !== undefined) rows.push(plantStatistics(first.plantId, day, ofPlant));
    ofPlant = [];
  };
  for await (const reading of kWayMerge(streams, (a, b) => a.plantId - b.plantId)) {
    if (ofPlant[0] !== undefined && ofPlant[0].plantId !== reading.plantId) close();
    ofPlant.push(reading);
  }
  close();
  return rows;
}

/** All files of a day are read at once; in memory are the values of one row group of each, and few of them as readings. */
const readingsAtOnce = 500;

async function* readingsIn(
  objects: ObjectStore,
  key: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ArchivedReading[], void, void> {
  yield* decodeReadings(await objectSource(objects, key, signal), readingsAtOnce);
}
