import type { RoomApi } from './api.js';
import { type Cell, cell } from './cell.js';
import type { Exchange, FeedEvent, LiveReply } from './wire.js';

/** What is known of the open thread. */
export interface TalkState {
  /** null for a thread that begins with its first question. */
  readonly threadId: string | null;
  readonly phase: 'loading' | 'ready' | 'failed';
  /** Oldest first. */
  readonly exchanges: readonly Exchange[];
  readonly hasEarlier: boolean;
  /** Why it could not be read. */
  readonly problem: string;
}

/** The open thread, kept current by the feed. */
export interface Talk {
  readonly state: Cell<TalkState>;
  /** What is streamed of an exchange's reply so far. */
  live(exchangeId: string): LiveReply | undefined;
  /** Calls the listener with the id of an exchange whose live reply grew. */
  onLive(listener: (exchangeId: string) => void): void;
  open(threadId: string | null): Promise<void>;
  /** Reads the newest exchanges again, after the connection was away. */
  refresh(): Promise<void>;
  earlier(): Promise<void>;
  apply(event: FeedEvent): void;
}

const EMPTY = { phase: 'ready', exchanges: [], hasEarlier: false, problem: '' } as const;

/** A talk without a thread; `open` reads one. */
export function createTalk(api: RoomApi): Talk {
  const state = cell<TalkState>({ threadId: null, ...EMPTY });
  const lives = new Map<string, LiveReply>();
  const listeners = new Set<(exchangeId: string) => void>();

  const setLive = (reply: LiveReply): void => {
    lives.set(reply.exchangeId, reply);
    for (const listener of listeners) listener(reply.exchangeId);
  };
  const grow = (exchangeId: string, change: (reply: LiveReply) => LiveReply): void => {
    const reply = lives.get(exchangeId);
    if (reply !== undefined) setLive(change(reply));
  };
  const merge = (exchanges: readonly Exchange[]): void => {
    const known = new Map(state.value.exchanges.map((exchange) => [exchange.exchangeId, exchange]));
    for (const exchange of exchanges) known.set(exchange.exchangeId, exchange);
    const sorted = [...known.values()].toSorted((a, b) => (a.exchangeId < b.exchangeId ? -1 : 1));
    state.set({ ...state.value, exchanges: sorted });
  };
  const read = async (threadId: string, before?: string): Promise<void> => {
    try {
      const page = await api.exchanges(threadId, before);
      if (state.value.threadId !== threadId) return;
      const known = new Set(state.value.exchanges.map(({ exchangeId }) => exchangeId));
      const isJoined = page.exchanges.some(({ exchangeId }) => known.has(exchangeId));
      // After a long absence the newest page may not reach what is shown: then it stands alone, without a hole.
      const startsAfresh = before === undefined && !isJoined;
      if (startsAfresh) state.set({ ...state.value, exchanges: [] });
      merge(page.exchanges);
      const hasEarlier = startsAfresh || before !== undefined ? page.hasEarlier : state.value.hasEarlier;
      state.set({ ...state.value, phase: 'ready', hasEarlier });
    } catch (error) {
      if (state.value.threadId === threadId && state.value.phase === 'loading')
        state.set({ ...state.value, phase: 'failed', problem: (error as Error).message });
    }
  };

  return {
    state,
    live: (exchangeId) => lives.get(exchangeId),
    onLive: (listener) => listeners.add(listener),
    async open(threadId) {
      if (threadId === null) {
        state.set({ threadId, ...EMPTY });
        return;
      }
      state.set({ threadId, ...EMPTY, phase: 'loading' });
      await read(threadId);
    },
    async refresh() {
      if (state.value.threadId !== null) await read(state.value.threadId);
    },
    async earlier() {
      const [first] = state.value.exchanges;
      if (first !== undefined) await read(first.threadId, first.exchangeId);
    },
    apply(event) {
      if (event.type === 'snapshot') {
        lives.clear();
        for (const reply of event.replies) setLive(reply);
      } else if (event.type === 'reply') setLive(event.reply);
      else if (event.type === 'delta')
        grow(event.exchangeId, (reply) => ({ ...reply, text: reply.text.slice(0, event.offset) + event.text }));
      else if (event.type === 'status') grow(event.exchangeId, (reply) => ({ ...reply, status: event.status }));
      else if (event.type === 'exchange') {
        if (event.exchange.reply !== null) lives.delete(event.exchange.exchangeId);
        if (event.exchange.threadId === state.value.threadId) merge([event.exchange]);
      } else if (event.type === 'erased') state.set({ ...state.value, exchanges: [] });
    },
  };
}
