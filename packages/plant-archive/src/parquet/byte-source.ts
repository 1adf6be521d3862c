import { PlantArchiveError } from "../errors.js";
import type { ObjectInfo, ObjectStore } from "../ports.js";

/** Bytes that are read by range. */
export interface ByteSource {
  /** For error messages. */
  readonly key: string;
  readonly byteLength: number;
  /** Ends reading and decoding, which reject with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** The bytes from `start`, inclusive, to `end`, exclusive. */
  slice(start: number, end: number): Promise<Uint8Array>;
}

/** The bytes of an object; throws `OBJECT_MISSING` if it does not exist. */
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
      `${fact}. If it was moved or deleted there, bring it back.`,
      { fact },
    );
  }
  const { bytes: byteLength, etag } = info;
  return { key, byteLength, etag, signal, slice: (start, end) => store.read(key, start, end, { signal }) };
}

/** `OBJECT_INVALID`; `problem` continues a sentence that begins with the key. */
export function invalidObject(key: string, problem: string, cause?: unknown): PlantArchiveError {
  const fact = `${key} ${problem}`;
  return new PlantArchiveError(
    "OBJECT_INVALID",
    "skip",
    `${fact}. Keep it, and compare it with a backup or an older version of the object.`,
    cause === undefined ? { fact } : { cause, fact },
  );
}
