/** The chunks of a body. When the signal is given it throws the signal's reason, even while the body hangs. */
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
      const left = Promise.resolve(chunks.return?.()).catch(() => {});
      // A body that hangs does not let itself be ended either.
      if (!signal?.aborted) await left;
    }
  }
}
