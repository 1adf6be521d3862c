import type { ObjectStore } from "../../src/ports.js";

export async function* said(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** What an object holds, as text. */
export async function textOf(store: ObjectStore, key: string): Promise<string> {
  const { bytes } = (await store.head(key)) ?? { bytes: 0 };
  return Buffer.from(await store.read(key, 0, bytes)).toString();
}

export async function keysOf(store: ObjectStore, prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

/** Bytes of no meaning, a mebibyte at once; `onPull` is told how many were asked for so far. */
export async function* mebibytes(count: number, onPull: (pulled: number) => void | Promise<void> = () => {}) {
  const chunk = new Uint8Array(1024 * 1024);
  for (let pulled = 1; pulled <= count; pulled++) {
    await onPull(pulled);
    yield chunk;
  }
}
