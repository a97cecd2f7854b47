/** A value that can be watched. */
export interface Cell<Value> {
  readonly value: Value;
  set(value: Value): void;
  /** Calls `watcher` now and after every change; returns a function that ends it. */
  watch(watcher: (value: Value) => void): () => void;
}

/** A cell with its first value; setting the same value again tells nobody. */
export function cell<Value>(initial: Value): Cell<Value> {
  let current = initial;
  const watchers = new Set<(value: Value) => void>();
  return {
    get value() {
      return current;
    },
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const watcher of watchers) watcher(value);
    },
    watch(watcher) {
      watchers.add(watcher);
      watcher(current);
      return () => watchers.delete(watcher);
    },
  };
}
