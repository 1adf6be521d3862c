import { isObjectError } from "../errors.js";
import { dayOfKey } from "../model/object-keys.js";
import { objectSource } from "../parquet/byte-source.js";
import type { DayState, ObjectStore } from "../ports.js";
import type { FileProblem } from "../report/archive-report.js";
import { countSummarized, summaryKey } from "./summary-codec.js";

/**
 * Summaries that are missing, unreadable, of another day, or of fewer readings than the catalog has for them.
 *
 * @param days from the catalog, before the summaries were listed: a summary is written before it is marked
 * @throws the signal's reason
 */
export async function checkSummaries(
  keys: readonly string[],
  days: readonly DayState[],
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
        : await explainSummary(key, day, marked.get(day) ?? 0, objects, signal);
    if (reason !== null) problems.push({ key, reason });
  }
  return problems;
}

async function explainSummary(
  key: string,
  day: string,
  marked: number,
  objects: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const advice = "Move it away; the next archive run writes a new one";
  try {
    const readings = await countSummarized(await objectSource(objects, key, signal), day);
    return readings >= marked ? null : `has ${readings} readings where the catalog has ${marked}. ${advice}`;
  } catch (error) {
    if (isObjectError(error)) return `${error.fact}. ${advice}`;
    throw error;
  }
}
