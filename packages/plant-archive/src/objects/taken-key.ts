import { PlantArchiveError } from "../errors.js";
import type { ObjectInfo, ObjectStore } from "../ports.js";

/** Bytes that are compared at once. */
const pieceBytes = 8 * 1024 * 1024;

/**
 * For a move to a key that is taken: nothing is wrong where the same bytes are there, for then an earlier move was
 * broken off half way.
 *
 * @throws PlantArchiveError `OBJECT_EXISTS`
 */
export async function checkAlreadyMoved(
  { name, head, read }: Pick<ObjectStore, "name" | "head" | "read">,
  from: ObjectInfo,
  to: string,
): Promise<void> {
  let same = (await head(to))?.bytes === from.bytes;
  for (let start = 0; same && start < from.bytes; start += pieceBytes) {
    const end = Math.min(start + pieceBytes, from.bytes);
    const [a, b] = await Promise.all([read(from.key, start, end), read(to, start, end)]);
    same = Buffer.compare(a, b) === 0;
  }
  if (!same)
    throw new PlantArchiveError(
      "OBJECT_EXISTS",
      "abort",
      `${name}: ${from.key} cannot be moved to ${to}, where something else is. Look at both, and move one away.`,
    );
}
