/**
 * The items of `source` until the signal aborts, also while the source hangs.
 * @throws the signal's reason when it aborts before the end.
 */
export async function* itemsUntilAborted<Item>(source: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]();
  let stop = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  aborted.catch(() => {});
  try {
    for (;;) {
      signal.throwIfAborted();
      const step = await Promise.race([iterator.next(), aborted]);
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Not awaited: a source that hangs would keep us here.
    iterator.return?.().catch(() => {});
  }
}
