import { createHash } from "node:crypto";
import { type ObjectStore, PlantArchiveError } from "@lmnh/plant-archive";

/** An object store that keeps each object in one row, here of a Map. A write is complete or does not exist. */
export function atomicObjectStore(): ObjectStore {
  const rows = new Map<string, Uint8Array>();

  const infoOf = (key: string, bytes: Uint8Array) => ({
    key,
    bytes: bytes.length,
    etag: createHash("sha256").update(bytes).digest("hex"),
  });
  const rowOf = (key: string) => {
    const bytes = rows.get(checked(key));
    if (bytes === undefined) throw new PlantArchiveError("OBJECT_MISSING", "skip", `There is no ${key}.`);
    return bytes;
  };
  const etagOf = (key: string) => {
    const bytes = rows.get(key);
    return bytes === undefined ? undefined : infoOf(key, bytes).etag;
  };

  return {
    name: "rows",

    async put(key, body, { ifMatch, signal } = {}) {
      if (etagOf(checked(key)) !== ifMatch) return { kind: "exists" };
      const bytes = await readBody(body, signal);
      // In a database: INSERT, or UPDATE with the ETag in its WHERE, which changes one row or none.
      if (etagOf(key) !== ifMatch) return { kind: "exists" };
      rows.set(key, bytes);
      return { kind: "written", bytes: bytes.length };
    },

    async head(key) {
      const bytes = rows.get(checked(key));
      return bytes === undefined ? null : infoOf(key, bytes);
    },

    async read(key, start, end, { signal } = {}) {
      signal?.throwIfAborted();
      checked(key);
      if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start)
        throw invalid(`${start} to ${end} is not a range of bytes.`);
      const bytes = rowOf(key);
      if (end > bytes.length)
        throw new PlantArchiveError("OBJECT_INVALID", "skip", `${key} ends before byte ${end}.`);
      return bytes.slice(start, end);
    },

    async *list(prefix) {
      const found = [...rows].filter(([key]) => key.startsWith(prefix));
      for (const [key, bytes] of found.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
        yield infoOf(key, bytes);
    },

    async move(from, to) {
      const [moved, present] = [rows.get(checked(from)), rows.get(checked(to))];
      if (moved === undefined || from === to) return;
      if (present !== undefined && Buffer.compare(moved, present) !== 0)
        throw new PlantArchiveError("OBJECT_EXISTS", "abort", `${to} is another object than ${from}.`);
      rows.set(to, moved);
      rows.delete(from);
    },

    async abortIncompleteUploads(key) {
      checked(key);
      return 0;
    },
  };
}

/** Reads a body, and leaves it when the signal aborts, even while it hangs. */
async function readBody(body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const iterator = body[Symbol.asyncIterator]();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => undefined);
  signal?.throwIfAborted();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done === true) return Buffer.concat(chunks);
      // A copy: the body may reuse its chunk.
      chunks.push(next.value.slice());
    }
  } catch (error) {
    // Not awaited: a body that hangs does not return either.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
    throw error;
  }
}

function checked(key: string): string {
  const isValid =
    !/[\\\p{Cc}\p{Cs}]/u.test(key) && key.split("/").every((part) => part !== "" && !part.startsWith("."));
  if (!isValid) throw invalid(`${JSON.stringify(key)} is not a valid key.`);
  return key;
}

function invalid(message: string): PlantArchiveError {
  return new PlantArchiveError("OPTION_INVALID", "abort", message);
}
