import { objectMissing } from "../object-store/object-key.js";
import type { ObjectStore } from "../ports.js";

/**
 * - `flip-byte`: changes a byte in the middle of every object
 * - `truncate`: drops the last byte of every object
 * - `store-nothing`: reports writes and stores nothing
 * - `list-late`: does not list written objects
 * - `drop-when-read`: deletes a file of readings after its last row group was read
 * - `replace-when-read`: replaces a file of readings after its last row group was read
 */
export type StoreFault =
  | "flip-byte"
  | "truncate"
  | "store-nothing"
  | "list-late"
  | "drop-when-read"
  | "replace-when-read";

/** A fault: one object is stored with other bytes than were written. */
export interface Substitution {
  /** The key of that object. */
  readonly key: string;
  /** Returns the bytes to store, given those that were written. */
  readonly change: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** A store with one fault, to test its callers. */
export function faultyObjectStore(store: ObjectStore, fault: StoreFault | Substitution): ObjectStore {
  const written = new Set<string>();
  const readToEnd = new Set<string>();
  const affected = (key: string) => fault.toString().endsWith("-when-read") && key.endsWith(".parquet");
  const isDropped = (key: string) => fault === "drop-when-read" && readToEnd.has(key);

  return {
    ...store,

    async head(key) {
      const info = await store.head(key);
      if (info === null || isDropped(key)) return null;
      return fault === "replace-when-read" && readToEnd.has(key)
        ? { ...info, etag: `${info.etag}-replaced` }
        : info;
    },

    async read(key, start, end, options) {
      if (isDropped(key)) throw objectMissing(store.name, key);
      const bytes = await store.read(key, start, end, options);
      if (affected(key) && end === (await endOfRows(store, key))) readToEnd.add(key);
      return bytes;
    },

    async put(key, body, options) {
      written.add(key);
      const change = changeOf(fault, key);
      if (change === undefined) return await store.put(key, body, options);
      const bytes = await gather(body);
      const changed = await change(bytes);
      const outcome =
        changed === null ? ({ kind: "written" } as const) : await store.put(key, once(changed), options);
      return outcome.kind === "written" ? { kind: "written", bytes: bytes.length } : outcome;
    },

    async *list(prefix, onOther) {
      for await (const object of store.list(prefix, onOther))
        if ((fault !== "list-late" || !written.has(object.key)) && !isDropped(object.key)) yield object;
    },
  };
}

/** The end of the last row group, where the hash of the footer begins. */
async function endOfRows(store: ObjectStore, key: string): Promise<number> {
  const { bytes = 0 } = (await store.head(key)) ?? {};
  const trailer = await store.read(key, bytes - 8, bytes);
  return bytes - 8 - Buffer.from(trailer).readUInt32LE(0) - 32;
}

type Change = (bytes: Uint8Array) => Uint8Array | null | Promise<Uint8Array>;

function changeOf(fault: StoreFault | Substitution, key: string): Change | undefined {
  if (typeof fault === "object") return fault.key === key ? fault.change : undefined;
  return changes[fault];
}

const changes: Readonly<Record<StoreFault, Change | undefined>> = {
  "flip-byte": (bytes) => {
    const middle = Math.floor(bytes.length / 2);
    return bytes.map((byte, at) => (at === middle ? byte ^ 1 : byte));
  },
  truncate: (bytes) => bytes.subarray(0, -1),
  "store-nothing": () => null,
  "list-late": undefined,
  "drop-when-read": undefined,
  "replace-when-read": undefined,
};

async function gather(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk.slice());
  return Buffer.concat(chunks);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
