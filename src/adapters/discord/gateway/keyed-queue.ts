/** Runs work of one key one after another, and work of different keys side by side. */
export interface KeyedQueue {
  /** Whether the work was taken: not when too much waits already. It must not throw. */
  add(key: string, work: () => Promise<void>): boolean;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
}

/** @param maxPending how much work may wait or run at once */
export function createKeyedQueue(maxPending: number): KeyedQueue {
  const last = new Map<string, Promise<void>>();
  let pending = 0;
  return {
    add(key, work) {
      if (pending >= maxPending) return false;
      pending += 1;
      const done = (last.get(key) ?? Promise.resolve()).then(work).finally(() => {
        pending -= 1;
        if (last.get(key) === done) last.delete(key);
      });
      last.set(key, done);
      return true;
    },
    async idle() {
      await Promise.all(last.values());
    },
  };
}
