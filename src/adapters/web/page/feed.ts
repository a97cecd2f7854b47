import type { FeedEvent } from './wire.js';

/** A page in the background gives its connection back after this long: browsers allow six to one server. */
const HIDDEN_MS = 60_000;
/** A short break is not worth a word. */
const AWAY_AFTER_MS = 1_500;
const RETRY_MS = 3_000;

/** Who is told. */
export interface FeedHandlers {
  event(event: FeedEvent): void;
  /** The server is away; the stream keeps trying. */
  away(): void;
}

/** Follows a creator's events until the returned function is called. Every connection begins with a `snapshot`. */
export function followFeed(url: string, handlers: FeedHandlers): () => void {
  let source: EventSource | undefined;
  let awayTimer: number | undefined;
  let retryTimer: number | undefined;
  let hiddenTimer: number | undefined;

  const stopTimers = (): void => {
    for (const timer of [awayTimer, retryTimer, hiddenTimer]) clearTimeout(timer);
    awayTimer = undefined;
  };
  const disconnect = (): void => {
    source?.close();
    source = undefined;
  };
  const connect = (): void => {
    disconnect();
    source = new EventSource(url);
    source.addEventListener('open', () => {
      clearTimeout(awayTimer);
      awayTimer = undefined;
    });
    source.addEventListener('message', ({ data }: MessageEvent<string>) =>
      handlers.event(JSON.parse(data) as FeedEvent),
    );
    source.addEventListener('error', () => {
      awayTimer ??= setTimeout(handlers.away, AWAY_AFTER_MS);
      // The browser tries again by itself, except after a response that is no stream.
      if (source?.readyState === EventSource.CLOSED) retryTimer = setTimeout(connect, RETRY_MS);
    });
  };
  const followVisibility = (): void => {
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = setTimeout(disconnect, HIDDEN_MS);
    else if (source === undefined) connect();
  };

  document.addEventListener('visibilitychange', followVisibility);
  connect();
  return () => {
    document.removeEventListener('visibilitychange', followVisibility);
    stopTimers();
    disconnect();
  };
}
