import type { Plant } from "@lmnh/plant-schema";
import { isObjectError } from "../errors.js";
import type { ArchivedReading } from "../model/archived-reading.js";
import { dayPath } from "../model/partition.js";
import { singleChunk } from "../object-store/single-chunk.js";
import { objectSource } from "../parquet/byte-source.js";
import { decodeReadings } from "../parquet/decode-readings.js";
import { openFile } from "../parquet/parquet-reader.js";
import type { ArchiveCatalog, DayState, ObjectStore } from "../ports.js";
import { kWayMerge } from "../streams/k-way-merge.js";
import { rejectOnAbort } from "../streams/reject-on-abort.js";
import { type PlantDay, plantStatistics } from "./plant-statistics.js";
import { encodeSummary, summaryPrefix } from "./summary-codec.js";

export interface SummarizeOptions {
  readonly catalog: ArchiveCatalog;
  readonly objects: ObjectStore;
  /** Milliseconds since the epoch; only days that end at or before it are summarized. */
  readonly until: number;
  readonly signal?: AbortSignal | undefined;
  readonly onWritten?: (day: string) => void;
  /** Told of a day that keeps the summary it has, and why. */
  readonly onProblem?: (day: string, reason: string) => void;
}

/**
 * Writes the summary of every complete day that has more readings than its last summary was made of, from all of
 * them: those in files and those that have none yet. A day of which a file cannot be read keeps the summary it has.
 *
 * @throws PlantArchiveError `STORE_…` when the store cannot be asked
 */
export async function summarizeDays(options: SummarizeOptions): Promise<void> {
  const { catalog, until, signal, onWritten = () => {}, onProblem = () => {} } = options;
  const due = (await catalog.days(until)).filter(({ readings, summarized }) => readings > summarized);
  if (due.length === 0) return;
  const { plants } = await catalog.referenceData();
  const described = new Map(plants.map((plant) => [plant.plantId, plant]));
  for (const day of due) {
    if (signal?.aborted) return;
    try {
      if (await rejectOnAbort(summariseDay(day, described, options), signal)) onWritten(day.day);
    } catch (error) {
      if (!isObjectError(error)) throw error;
      onProblem(day.day, error.message);
    }
  }
}

type Places = Pick<SummarizeOptions, "catalog" | "objects" | "signal">;

/**
 * `false` where it is for a later run, because readings came or were filed meanwhile or another archiver was first; and
 * where there is one already of as many readings.
 */
async function summariseDay(
  { day, readings }: DayState,
  plants: ReadonlyMap<number, Plant>,
  { catalog, objects, signal }: Places,
): Promise<boolean> {
  const key = `${summaryPrefix}${dayPath(day)}/summary.parquet`;
  // What a writer that was killed has left would stay for ever, or stand in the way of the next.
  await objects.abortIncompleteUploads(key);
  const before = await objects.head(key);
  const rows = await sumUp(day, { catalog, objects, signal });
  const counted = rows.reduce((sum, row) => sum + row.readings, 0);
  if (counted !== readings) return false;
  // The ledger does not know of summaries from before the database was made anew.
  if (before !== null && (await readingsOf(objects, key, signal)) >= counted) {
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

/** How many readings a summary is made of; 0 where it cannot be read, so that another one takes its place. */
async function readingsOf(
  objects: ObjectStore,
  key: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  try {
    const { metadata } = await openFile(await objectSource(objects, key, signal));
    const readings = metadata.get("readings") ?? "";
    return /^\d{1,12}$/.test(readings) ? Number(readings) : 0;
  } catch (error) {
    if (isObjectError(error)) return 0;
    throw error;
  }
}

async function sumUp(day: string, { catalog, objects, signal }: Places): Promise<PlantDay[]> {
  const files = (await catalog.files({ states: ["verified", "pruned"] })).filter(({ partition }) =>
    partition.startsWith(day),
  );
  const streams = [
    ...files.map(({ key }) => readingsIn(objects, key, signal)),
    catalog.uncommittedReadings(day),
  ];
  const rows: PlantDay[] = [];
  let plant: ArchivedReading[] = [];
  const close = () => {
    const [first] = plant;
    if (first !== undefined) rows.push(plantStatistics(first.plantId, day, plant));
    plant = [];
  };
  for await (const reading of kWayMerge(streams, (a, b) => a.plantId - b.plantId)) {
    if (plant[0] !== undefined && plant[0].plantId !== reading.plantId) close();
    plant.push(reading);
  }
  close();
  return rows;
}

/** All files of a day are open at once: of each only the values of a row group are held, and few of them as readings. */
const readingsAtOnce = 500;

async function* readingsIn(
  objects: ObjectStore,
  key: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ArchivedReading[], void, void> {
  yield* decodeReadings(await objectSource(objects, key, signal), readingsAtOnce);
}
