/** Work that many may ask for at once, by key. */
export interface SharedRuns<Key> {
  /** Resolves or rejects with a run that begins after the call: who asks while one is running shares the next one. */
  run(key: Key): Promise<void>;
  /** Resolves when nothing runs. */
  settled(): Promise<void>;
}

/** @param work never runs twice at once for one key. */
export function createSharedRuns<Key>(work: (key: Key) => Promise<void>): SharedRuns<Key> {
  interface Run {
    readonly done: Promise<void>;
    next: Promise<void> | undefined;
  }
  const running = new Map<Key, Run>();

  const begin = (key: Key): Promise<void> => {
    const run: Run = { done: work(key), next: undefined };
    running.set(key, run);
    void run.done
      .catch(() => undefined)
      .then(() => {
        if (run.next === undefined) running.delete(key);
      });
    return run.done;
  };

  return {
    run(key) {
      const current = running.get(key);
      if (current === undefined) return begin(key);
      current.next ??= current.done.catch(() => undefined).then(() => begin(key));
      return current.next;
    },
    async settled() {
      while (running.size > 0) await Promise.allSettled([...running.values()].map(({ done }) => done));
    },
  };
}
