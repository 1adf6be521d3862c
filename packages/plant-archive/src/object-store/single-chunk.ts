/** Bytes that are all there already, as the stream that a store takes. */
export async function* singleChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}
