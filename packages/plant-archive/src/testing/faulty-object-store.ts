import { objectMissing } from "../object-store/object-key.js";
import type { ObjectStore } from "../ports.js";

/**
 * - `flip-byte`: stores every object with one byte changed, in its middle
 * - `truncate`: stores every object without its last byte
 * - `store-nothing`: says that it has written, and keeps nothing
 * - `list-late`: lists nothing of what it was given
 * - `drop-when-read`: forgets a file of readings when its last row group has been read
 * - `replace-when-read`: has another object of the same length in place of a file of readings when
 *   its last row group has been read
 */
export type StoreFault =
  | "flip-byte"
  | "truncate"
  | "store-nothing"
  | "list-late"
  | "drop-when-read"
  | "replace-when-read";

export interface Substitution {
  readonly key: string;
  /** Makes what is stored of what was given. */
  readonly change: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** A store that keeps its word in everything but one thing, to test what its callers believe. */
export function faultyObjectStore(store: ObjectStore, fault: StoreFault | Substitution): ObjectStore {
  const given = new Set<string>();
  const readWhole = new Set<string>();
  const affected = (key: string) => fault.toString().endsWith("-when-read") && key.endsWith(".parquet");
  const isDropped = (key: string) => fault === "drop-when-read" && readWhole.has(key);

  return {
    ...store,

    async head(key) {
      const info = await store.head(key);
      if (info === null || isDropped(key)) return null;
      return fault === "replace-when-read" && readWhole.has(key)
        ? { ...info, etag: `${info.etag}-replaced` }
        : info;
    },

    async read(key, start, end, options) {
      if (isDropped(key)) throw objectMissing(store.name, key);
      const bytes = await store.read(key, start, end, options);
      if (affected(key) && end === (await endOfRows(store, key))) readWhole.add(key);
      return bytes;
    },

    async put(key, body, options) {
      given.add(key);
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
        if ((fault !== "list-late" || !given.has(object.key)) && !isDropped(object.key)) yield object;
    },
  };
}

/** Where the last row group of a file ends: before the footer's hash. */
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
