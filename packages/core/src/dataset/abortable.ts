/**
 * The same items, but an abort rejects at once with the signal's reason, even while the source keeps its next item back.
 * The source is told to finish (`return`) however the iteration ends.
 */
export async function* abortable<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal?: AbortSignal,
): AsyncGenerator<T, void> {
  if (signal === undefined) {
    yield* source;
    return;
  }
  const items = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  // One listener for the whole iteration: racing against one promise for ever would keep every item's reaction alive.
  let refuse: (reason: unknown) => void = () => {};
  const onAbort = (): void => refuse(signal.reason);
  signal.addEventListener("abort", onAbort);
  let open = true;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        refuse = reject;
        Promise.resolve(items.next()).then(resolve, reject);
      });
      if (next.done) {
        open = false;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Not awaited: a generator that hangs would hang its `return` too.
    if (open) void Promise.resolve(items.return?.()).catch(() => {});
  }
}
