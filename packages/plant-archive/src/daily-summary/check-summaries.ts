import { isObjectError } from "../errors.js";
import { dayOfKey } from "../model/object-keys.js";
import { objectSource } from "../parquet/byte-source.js";
import type { DayState, ObjectStore } from "../ports.js";
import type { FileProblem } from "../report/archive-report.js";
import { countSummarized, summaryKey } from "./summary-codec.js";

export interface ListedSummaries {
  readonly keys: readonly string[];
  /** From the catalog, before the summaries were listed: a summary is written before it is marked. */
  readonly days: readonly DayState[];
  /** Without a catalog: the readings in the files of each day. */
  readonly rowsByDay?: ReadonlyMap<string, number> | undefined;
}

/**
 * Summaries that are missing, unreadable, of another day, of fewer readings than the catalog has for them, or of more
 * readings than the files of their day have.
 *
 * @throws the signal's reason
 */
export async function checkSummaries(
  { keys, days, rowsByDay }: ListedSummaries,
  objects: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  const present = new Set(keys);
  for (const { day, summarized } of days)
    if (summarized > 0 && !present.has(summaryKey(day)))
      problems.push({
        key: summaryKey(day),
        reason: "is missing. The next archive run writes it, if all files of the day can be read",
      });
  const marked = new Map(days.map(({ day, summarized }) => [day, summarized]));
  for (const key of keys) {
    signal?.throwIfAborted();
    const day = dayOfKey(key);
    const reason =
      day === null || key !== summaryKey(day)
        ? "is not the summary of a day by its name. Move it away; nothing in the archive depends on it"
        : await explainSummary(
            { key, day, least: marked.get(day) ?? 0, most: rowsByDay && (rowsByDay.get(day) ?? 0) },
            objects,
            signal,
          );
    if (reason !== null) problems.push({ key, reason });
  }
  return problems;
}

async function explainSummary(
  {
    key,
    day,
    least,
    most = Number.POSITIVE_INFINITY,
  }: {
    readonly key: string;
    readonly day: string;
    readonly least: number;
    readonly most: number | undefined;
  },
  objects: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const advice = "Move it away; the next archive run writes a new one";
  try {
    const readings = await countSummarized(await objectSource(objects, key, signal), day);
    if (readings < least) return `has ${readings} readings where the catalog has ${least}. ${advice}`;
    return readings <= most
      ? null
      : `was made of ${readings} readings, and the files of ${day} have ${most}: a file is missing, or the others are only in the database`;
  } catch (error) {
    if (isObjectError(error)) return `${error.fact}. ${advice}`;
    throw error;
  }
}
