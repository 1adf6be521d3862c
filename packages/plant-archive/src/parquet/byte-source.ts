import { PlantArchiveError } from "../errors.js";
import type { ObjectInfo, ObjectStore } from "../ports.js";

/** Bytes that are read in ranges. */
export interface ByteSource {
  /** For error messages. */
  readonly key: string;
  readonly byteLength: number;
  /** Ends reading and decoding; they reject with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** The bytes from `start` (included) to `end` (excluded). */
  slice(start: number, end: number): Promise<Uint8Array>;
}

/** An object of a store as bytes; throws `OBJECT_MISSING` where there is none. */
export async function objectSource(
  store: Pick<ObjectStore, "name" | "head" | "read">,
  key: string,
  signal?: AbortSignal,
): Promise<ByteSource & Pick<ObjectInfo, "etag">> {
  const info = await store.head(key);
  if (info === null) {
    const fact = `${key} is not in ${store.name}`;
    throw new PlantArchiveError(
      "OBJECT_MISSING",
      "skip",
      `${fact}. Look whether it was moved or deleted there, and put it back.`,
      { fact },
    );
  }
  const { bytes: byteLength, etag } = info;
  return { key, byteLength, etag, signal, slice: (start, end) => store.read(key, start, end, { signal }) };
}

/** What to throw when an object is not what it should be; `problem` goes on after its key. */
export function invalidObject(key: string, problem: string, cause?: unknown): PlantArchiveError {
  const fact = `${key} ${problem}`;
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "skip",
    `${fact}. Leave it where it is and compare it with a backup or an older version of the object.`,
    cause === undefined ? { fact } : { cause, fact },
  );
}
