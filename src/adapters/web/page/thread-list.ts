import type { RoomApi } from './api.js';
import { type Cell, cell } from './cell.js';
import type { FeedEvent, Thread } from './wire.js';

/** The threads that were read. */
export interface ThreadListState {
  /** The most recently used first. */
  readonly threads: readonly Thread[];
  readonly total: number;
}

/** A creator's threads, as many as were asked for, kept current by the feed. */
export interface ThreadList {
  readonly state: Cell<ThreadListState>;
  refresh(): Promise<void>;
  more(): Promise<void>;
  apply(event: FeedEvent): void;
}

/** An empty list; read first by `refresh`. */
export function createThreadList(api: RoomApi): ThreadList {
  const state = cell<ThreadListState>({ threads: [], total: 0 });
  const set = (threads: readonly Thread[], total: number): void => {
    const byId = new Map(threads.map((thread) => [thread.threadId, thread]));
    const sorted = [...byId.values()].toSorted((a, b) => b.lastAt - a.lastAt);
    state.set({ threads: sorted, total: Math.max(total, sorted.length) });
  };
  return {
    state,
    async refresh() {
      const page = await api.threads(0);
      set(page.threads, page.total);
    },
    async more() {
      const page = await api.threads(state.value.threads.length);
      set([...state.value.threads, ...page.threads], page.total);
    },
    apply(event) {
      const { threads, total } = state.value;
      if (event.type === 'thread') {
        const isKnown = threads.some(({ threadId }) => threadId === event.thread.threadId);
        set(
          [...threads.filter(({ threadId }) => threadId !== event.thread.threadId), event.thread],
          isKnown ? total : total + 1,
        );
      } else if (event.type === 'threadRemoved') {
        const rest = threads.filter(({ threadId }) => threadId !== event.threadId);
        set(rest, total - (threads.length - rest.length));
      }
    },
  };
}
