import { isObjectError } from "../errors.js";
import { dayOfKey } from "../model/object-keys.js";
import { objectSource } from "../parquet/byte-source.js";
import type { DayState, ObjectStore } from "../ports.js";
import type { Finding } from "../verify.js";
import { countSummarized, summaryKey } from "./summary-codec.js";

/**
 * Summaries that the ledger says were written and are not there, are of another day, of fewer readings, or cannot be read.
 *
 * @param days what the ledger said before the summaries were listed: they are written before they are noted
 * @throws the signal's reason
 */
export async function checkSummaries(
  keys: readonly string[],
  days: readonly DayState[],
  objects: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const present = new Set(keys);
  for (const { day, summarized } of days)
    if (summarized > 0 && !present.has(summaryKey(day)))
      findings.push({
        key: summaryKey(day),
        problem: "is missing. The next plant archive writes it, where all files of the day can be read",
      });
  const noted = new Map(days.map(({ day, summarized }) => [day, summarized]));
  for (const key of keys) {
    signal?.throwIfAborted();
    const day = dayOfKey(key);
    const problem =
      day === null || key !== summaryKey(day)
        ? "is not the summary of a day by its name. Move it away; nothing in the archive depends on it"
        : await explainSummary(key, day, noted.get(day) ?? 0, objects, signal);
    if (problem !== null) findings.push({ key, problem });
  }
  return findings;
}

async function explainSummary(
  key: string,
  day: string,
  noted: number,
  objects: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const advice = "Move it away; then the next plant archive writes the day's";
  try {
    const readings = await countSummarized(await objectSource(objects, key, signal), day);
    return readings >= noted
      ? null
      : `is made of ${readings} readings where the ledger says ${noted}. ${advice}`;
  } catch (error) {
    if (isObjectError(error)) return `${error.fact}. ${advice}`;
    throw error;
  }
}
