import type { Plant } from "@lmnh/plant-schema";
import { isObjectError } from "./errors.js";
import { objectSource } from "./parquet/byte-source.js";
import { decodeReadings } from "./parquet/decode-readings.js";
import { openFile } from "./parquet/open-file.js";
import { dayPath } from "./partition.js";
import { mergePages } from "./plan/merge-pages.js";
import { type PlantDay, summarisePlant } from "./plan/summarise-plant.js";
import type { DayState, ObjectStore, ReadingLedger } from "./ports.js";
import type { ArchivedReading } from "./reading.js";
import { encodeSummary, summaryPrefix } from "./summary-table.js";
import { unlessStopped } from "./unless-stopped.js";
import { whole } from "./whole.js";

export interface SummariseOptions {
  readonly ledger: ReadingLedger;
  readonly objects: ObjectStore;
  /** Milliseconds since the epoch; only days that end at or before it are summarised. */
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
export async function summariseDays(options: SummariseOptions): Promise<void> {
  const { ledger, until, signal, onWritten = () => {}, onProblem = () => {} } = options;
  const due = (await ledger.days(until)).filter(({ readings, summarised }) => readings > summarised);
  if (due.length === 0) return;
  const { plants } = await ledger.referenceData();
  const described = new Map(plants.map((plant) => [plant.plantId, plant]));
  for (const day of due) {
    if (signal?.aborted) return;
    try {
      if (await unlessStopped(summariseDay(day, described, options), signal)) onWritten(day.day);
    } catch (error) {
      if (!isObjectError(error)) throw error;
      onProblem(day.day, error.message);
    }
  }
}

type Places = Pick<SummariseOptions, "ledger" | "objects" | "signal">;

/**
 * `false` where it is for a later run, because readings came or were filed meanwhile or another archiver was first; and
 * where there is one already of as many readings.
 */
async function summariseDay(
  { day, readings }: DayState,
  plants: ReadonlyMap<number, Plant>,
  { ledger, objects, signal }: Places,
): Promise<boolean> {
  const key = `${summaryPrefix}${dayPath(day)}/summary.parquet`;
  // What a writer that was killed has left would stay for ever, or stand in the way of the next.
  await objects.discardUnfinished(key);
  const before = await objects.head(key);
  const rows = await sumUp(day, { ledger, objects, signal });
  const counted = rows.reduce((sum, row) => sum + row.readings, 0);
  if (counted !== readings) return false;
  // The ledger does not know of summaries from before the database was made anew.
  if (before !== null && (await readingsOf(objects, key, signal)) >= counted) {
    await ledger.markSummarised(day, counted);
    return false;
  }
  const table = encodeSummary(day, rows, plants);
  const { kind } = await objects.put(key, whole(table), before === null ? {} : { replaces: before.tag });
  if (kind !== "written") return false;
  await ledger.markSummarised(day, counted);
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

async function sumUp(day: string, { ledger, objects, signal }: Places): Promise<PlantDay[]> {
  const files = (await ledger.files({ states: ["verified", "pruned"] })).filter(({ partition }) =>
    partition.startsWith(day),
  );
  const streams = [...files.map(({ key }) => readingsIn(objects, key, signal)), ledger.unfiledReadings(day)];
  const rows: PlantDay[] = [];
  let plant: ArchivedReading[] = [];
  const close = () => {
    const [first] = plant;
    if (first !== undefined) rows.push(summarisePlant(first.plantId, day, plant));
    plant = [];
  };
  for await (const reading of mergePages(streams, (a, b) => a.plantId - b.plantId)) {
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
