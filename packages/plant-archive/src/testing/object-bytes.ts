import assert from "node:assert/strict";
import type { ObjectInfo, ObjectStore } from "../ports.js";

export const mebibyte = 1024 * 1024;

/** A body of these texts, one chunk each. */
export async function* bodyOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** A body of zeros in chunks of a mebibyte; `onPull` is called with the number of each chunk, from 1. */
export async function* zeros(
  bytes: number,
  onPull: (mebibytes: number) => void | Promise<void> = () => {},
): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(mebibyte);
  for (let at = 0; at < bytes; at += mebibyte) {
    await onPull(at / mebibyte + 1);
    yield chunk.subarray(0, bytes - at);
  }
}

/** The info of an existing object. */
export async function infoOf(store: ObjectStore, key: string): Promise<ObjectInfo> {
  const object = await store.head(key);
  if (object === null) throw new Error(`there is no ${key}`);
  return object;
}

/** The content of an object as text. */
export async function textOf(store: ObjectStore, key: string): Promise<string> {
  const { bytes } = await infoOf(store, key);
  return Buffer.from(await store.read(key, 0, bytes)).toString();
}

export async function keysOf(store: ObjectStore, prefix = ""): Promise<string[]> {
  return (await collect(store.list(prefix))).map(({ key }) => key);
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) {
    all.push(item);
    assert.ok(all.length < 100_000, "the list does not end");
  }
  return all;
}
