/** The chunks of a body. Throws the signal's reason when it aborts, even while the body hangs. */
export async function* abortable(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let stop = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal?.reason);
  });
  stopped.catch(() => {});
  signal?.addEventListener("abort", stop, { once: true });
  const chunks = body[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const next = await Promise.race([chunks.next(), stopped]);
      ended = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    if (!ended) {
      const returned = Promise.resolve(chunks.return?.()).catch(() => {});
      // A hanging body does not return either.
      if (!signal?.aborted) await returned;
    }
  }
}
