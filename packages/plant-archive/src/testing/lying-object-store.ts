import type { ObjectStore } from "../ports.js";

/**
 * - `flip-byte`: stores every object with one byte changed, in its middle
 * - `truncate`: stores every object without its last byte
 * - `store-nothing`: says that it has written, and keeps nothing
 * - `list-late`: lists nothing of what it was given
 */
export type Lie = "flip-byte" | "truncate" | "store-nothing" | "list-late";

export interface Substitution {
  readonly key: string;
  /** Makes what is stored of what was given. */
  readonly change: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** A store that keeps its word in everything but one thing, to test what its callers believe. */
export function lyingObjectStore(store: ObjectStore, lie: Lie | Substitution): ObjectStore {
  const given = new Set<string>();
  return {
    ...store,

    async put(key, body, options) {
      given.add(key);
      const change = changeOf(lie, key);
      if (change === undefined) return await store.put(key, body, options);
      const bytes = await gather(body);
      const changed = await change(bytes);
      const outcome =
        changed === null ? ({ kind: "written" } as const) : await store.put(key, once(changed), options);
      return outcome.kind === "written" ? { kind: "written", bytes: bytes.length } : outcome;
    },

    async *list(prefix, onLink) {
      for await (const object of store.list(prefix, onLink))
        if (lie !== "list-late" || !given.has(object.key)) yield object;
    },
  };
}

type Change = (bytes: Uint8Array) => Uint8Array | null | Promise<Uint8Array>;

function changeOf(lie: Lie | Substitution, key: string): Change | undefined {
  if (typeof lie === "object") return lie.key === key ? lie.change : undefined;
  return changes[lie];
}

const changes: Readonly<Record<Lie, Change | undefined>> = {
  "flip-byte": (bytes) => {
    const middle = Math.floor(bytes.length / 2);
    return bytes.map((byte, at) => (at === middle ? byte ^ 1 : byte));
  },
  truncate: (bytes) => bytes.subarray(0, -1),
  "store-nothing": () => null,
  "list-late": undefined,
};

async function gather(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk.slice());
  return Buffer.concat(chunks);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
