import type { Batch } from "../batch.js";

/**
 * Describes the first row that the database rejects, found by a binary search over the prefixes of a rejected batch. A
 * prefix contains everything that its rows refer to, because plants come first. `null` if nothing is rejected any more.
 *
 * @param accepts loads a batch and rolls back
 */
export async function findRejectedRow(
  batch: Batch,
  accepts: (prefix: Batch) => Promise<boolean>,
): Promise<string | null> {
  const descriptions = describeRows(batch);
  let accepted = 0;
  let rejected = descriptions.length;
  while (accepted + 1 < rejected) {
    const middle = Math.floor((accepted + rejected) / 2);
    if (await accepts(prefixOf(batch, middle))) accepted = middle;
    else rejected = middle;
  }
  // Only shorter prefixes were tried so far, and a concurrent change may have removed the cause.
  if (rejected === descriptions.length && (await accepts(batch))) return null;
  return descriptions[rejected - 1] ?? null;
}

function describeRows({ plants, readings, notices, rejections }: Batch): string[] {
  return [
    ...plants.map(({ plantId }) => `plant ${plantId}`),
    ...readings.map(({ plantId, recordingTaken }) => `the reading of plant ${plantId} at ${recordingTaken}`),
    ...notices.map(({ plantId, kind }) => `the notice ${kind} about plant ${plantId}`),
    ...rejections.map(
      ({ plantId, receivedAt }) => `the rejection of the response for plant ${plantId} at ${receivedAt}`,
    ),
  ];
}

function prefixOf({ plants, readings, notices, rejections }: Batch, length: number): Batch {
  let remaining = length;
  const take = <Row>(rows: readonly Row[]): readonly Row[] => {
    const taken = rows.slice(0, remaining);
    remaining -= taken.length;
    return taken;
  };
  return {
    plants: take(plants),
    readings: take(readings),
    notices: take(notices),
    rejections: take(rejections),
  };
}
