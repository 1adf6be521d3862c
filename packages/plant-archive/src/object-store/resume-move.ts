import { PlantArchiveError } from "../errors.js";
import type { ObjectInfo, ObjectStore } from "../ports.js";

const chunkBytes = 8 * 1024 * 1024;

/**
 * For a move to a key that exists: it is allowed if the bytes are the same, because an earlier move was interrupted, or
 * if another process finishes the move meanwhile.
 *
 * @throws PlantArchiveError `OBJECT_EXISTS`
 */
export async function checkAlreadyMoved(store: Comparable, from: ObjectInfo, to: string): Promise<void> {
  let failure: unknown;
  try {
    if (await haveSameBytes(store, from, to)) return;
    failure = new PlantArchiveError(
      "OBJECT_EXISTS",
      "abort",
      `${store.name}: ${from.key} cannot be moved to ${to}, which is another object. Compare both, and move one away.`,
    );
  } catch (error) {
    failure = error;
  }
  if ((await store.head(from.key)) !== null) throw failure;
}

type Comparable = Pick<ObjectStore, "name" | "head" | "read">;

async function haveSameBytes({ head, read }: Comparable, from: ObjectInfo, to: string): Promise<boolean> {
  if ((await head(to))?.bytes !== from.bytes) return false;
  for (let start = 0; start < from.bytes; start += chunkBytes) {
    const end = Math.min(start + chunkBytes, from.bytes);
    const [a, b] = await Promise.all([read(from.key, start, end), read(to, start, end)]);
    if (Buffer.compare(a, b) !== 0) return false;
  }
  return true;
}
