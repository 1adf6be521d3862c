export interface BoundedBytes {
  readonly bytes: Uint8Array;
  /** `true` if the stream had more bytes. */
  readonly cut: boolean;
}

/** Reads up to `maxBytes`. At a chunk beyond that it destroys the stream. */
export async function readUpTo(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<BoundedBytes> {
  const chunks: Uint8Array[] = [];
  let room = maxBytes;
  for await (const chunk of stream) {
    chunks.push(chunk.subarray(0, room));
    if (chunk.byteLength > room) return { bytes: Buffer.concat(chunks), cut: true };
    room -= chunk.byteLength;
  }
  const [only] = chunks;
  return { bytes: only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks), cut: false };
}
