import type { ObjectInfo, ObjectStore } from "../ports.js";
import { abortable } from "./abortable.js";
import { checkKey, checkRange, compareKeys, endsBefore, objectMissing } from "./object-key.js";
import { checkAlreadyMoved } from "./resume-move.js";

/**
 * Objects in memory, for tests and experiments.
 *
 * @param name for messages
 */
export function memoryObjectStore(name = "memory"): ObjectStore {
  const objects = new Map<string, { readonly bytes: Uint8Array; readonly etag: string }>();
  const unfinished = new Set<{ readonly key: string }>();
  let writings = 0;

  const info = (key: string): ObjectInfo | null => {
    const object = objects.get(key);
    return object === undefined ? null : { key, bytes: object.bytes.length, etag: object.etag };
  };

  const head: ObjectStore["head"] = async (key) => {
    checkKey(key);
    return info(key);
  };

  const read: ObjectStore["read"] = async (key, start, end, { signal } = {}) => {
    checkKey(key);
    checkRange(start, end);
    signal?.throwIfAborted();
    const object = objects.get(key);
    if (object === undefined) throw objectMissing(name, key);
    if (end > object.bytes.length) throw endsBefore(name, key, end);
    return object.bytes.slice(start, end);
  };

  return {
    name,
    head,
    read,

    async put(key, body, { ifMatch, signal } = {}) {
      checkKey(key);
      const isOther = () => info(key)?.etag !== ifMatch;
      if (isOther()) return { kind: "exists" };
      const writing = { key };
      unfinished.add(writing);
      try {
        const chunks: Uint8Array[] = [];
        for await (const chunk of abortable(body, signal)) chunks.push(chunk.slice());
        if (!unfinished.has(writing)) return { kind: "interrupted" };
        if (isOther()) return { kind: "exists" };
        const bytes = Buffer.concat(chunks);
        objects.set(key, { bytes, etag: String(++writings) });
        return { kind: "written", bytes: bytes.length };
      } finally {
        unfinished.delete(writing);
      }
    },

    async *list(prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
      for (const key of keys) {
        const object = info(key);
        if (object !== null) yield object;
      }
    },

    async move(from, to) {
      checkKey(to);
      const source = await head(from);
      const moved = objects.get(from);
      if (source === null || moved === undefined || from === to) return;
      if (objects.has(to)) await checkAlreadyMoved({ name, head, read }, source, to);
      else objects.set(to, moved);
      objects.delete(from);
    },

    async abortIncompleteUploads(key) {
      checkKey(key);
      const found = [...unfinished].filter((writing) => writing.key === key);
      for (const writing of found) unfinished.delete(writing);
      return found.length;
    },
  };
}
