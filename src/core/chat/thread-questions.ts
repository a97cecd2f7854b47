import { createBoundedMap } from '../bounded-map.js';
import type { Clock } from '../ports/clock.js';
import { type ChatAddress, threadKeyOf } from './chat-event.js';

const MAX_THREADS = 1_000;
const MAX_CHARACTERS = 4_000;
const LIFE_MS = 24 * 60 * 60 * 1_000;

/**
 * The last words of each thread, so that a mention without words answers what people were talking about. They stay in
 * memory, for a day and for the 1,000 threads used last, because nobody said them to Docent.
 */
export interface ThreadQuestions {
  hear(address: ChatAddress, text: string): void;
  last(address: ChatAddress): string | undefined;
}

/** Keeps them in this process. */
export function createThreadQuestions({ clock }: { readonly clock: Clock }): ThreadQuestions {
  const heard = createBoundedMap<string, { readonly text: string; readonly at: number }>(MAX_THREADS);
  return {
    hear(address, text) {
      if (address.threadId === null || text === '' || text.length > MAX_CHARACTERS) return;
      heard.set(threadKeyOf(address), { text, at: clock.now() });
    },
    last(address) {
      const entry = heard.get(threadKeyOf(address));
      return entry !== undefined && clock.now() - entry.at < LIFE_MS ? entry.text : undefined;
    },
  };
}
