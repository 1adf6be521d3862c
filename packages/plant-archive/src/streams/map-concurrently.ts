/** The results of `work` in the order of the items, of which `atOnce` are processed at a time. */
export async function* mapConcurrently<Item, Result>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, void> {
  const pending: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // It rejects where it is awaited, which may be later, or never if an earlier one rejects.
    result.catch(() => undefined);
    pending.push(result);
    if (pending.length === atOnce) {
      const [first] = pending.splice(0, 1);
      if (first !== undefined) yield await first;
    }
  }
  for (const result of pending) yield await result;
}
