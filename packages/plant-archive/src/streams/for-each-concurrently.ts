/** Processes items in order, `atOnce` at a time. Starts no more after the signal aborts or one fails. */
export async function forEachConcurrently<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const remaining = items.values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async () => {
    // All workers share the iterator.
    for (const item of remaining) {
      if (failure !== undefined || signal?.aborted) return;
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failure !== undefined) throw failure.error;
}
