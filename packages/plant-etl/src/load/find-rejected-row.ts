import type { Batch } from "../batch.js";

/**
 * The first row that the database refuses, in words, found by trying beginnings of a batch that it has refused. A
 * beginning holds what its rows refer to, because plants come first. `null` where it refuses nothing any more.
 *
 * @param accepts tries a batch and leaves nothing behind
 */
export async function findRejectedRow(
  batch: Batch,
  accepts: (beginning: Batch) => Promise<boolean>,
): Promise<string | null> {
  const names = namesOf(batch);
  let accepted = 0;
  let refused = names.length;
  while (accepted + 1 < refused) {
    const middle = Math.floor((accepted + refused) / 2);
    if (await accepts(beginningOf(batch, middle))) accepted = middle;
    else refused = middle;
  }
  // Only beginnings were tried until here: what was refused may have been somebody else's row, gone meanwhile.
  if (refused === names.length && (await accepts(batch))) return null;
  return names[refused - 1] ?? null;
}

function namesOf({ plants, readings, notices, rejections }: Batch): string[] {
  return [
    ...plants.map(({ plantId }) => `plant ${plantId}`),
    ...readings.map(({ plantId, recordingTaken }) => `the reading of plant ${plantId} at ${recordingTaken}`),
    ...notices.map(({ plantId, kind }) => `the notice ${kind} about plant ${plantId}`),
    ...rejections.map(
      ({ plantId, receivedAt }) => `the rejection of plant ${plantId}'s answer of ${receivedAt}`,
    ),
  ];
}

function beginningOf({ plants, readings, notices, rejections }: Batch, length: number): Batch {
  let left = length;
  const take = <Row>(rows: readonly Row[]): readonly Row[] => {
    const taken = rows.slice(0, left);
    left -= taken.length;
    return taken;
  };
  return {
    plants: take(plants),
    readings: take(readings),
    notices: take(notices),
    rejections: take(rejections),
  };
}
