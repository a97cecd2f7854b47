import { RequestMethod } from 'discord.js';
import type { Clock } from '../../../core/ports/clock.js';
import { type RestApi, anyAnswer } from '../api/rest-api.js';

/** Discord shows typing for ten seconds. */
const AGAIN_AFTER_MS = 8_000;
/** How often it is said at the most: as long as an answer may take by default. */
const MAX_TIMES = 24;

/**
 * Shows that Docent is typing until the returned function is called or the signal aborts. It is a courtesy: a failure ends
 * it silently.
 */
export function showTyping(options: {
  readonly api: RestApi;
  readonly channelId: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): () => void {
  const { api, channelId, clock, signal } = options;
  const stopped = new AbortController();
  const joined = AbortSignal.any([signal, stopped.signal]);
  let cancel = (): void => {};

  async function say(times: number): Promise<void> {
    try {
      const call = { method: RequestMethod.Post, path: `/channels/${channelId}/typing` as const, signal: joined };
      await api.call(call, anyAnswer);
      if (times < MAX_TIMES && !joined.aborted) cancel = clock.after(AGAIN_AFTER_MS, () => void say(times + 1));
    } catch {
      // Nothing depends on it.
    }
  }
  void say(1);
  return () => {
    stopped.abort();
    cancel();
  };
}
