import { expect, onTestFinished } from 'vitest';
import type { FeedEvent } from '../../../src/adapters/web/page/wire.js';
import { settle } from '../../support/fake-clock.js';
import { room } from './asking.js';
import type { Browser } from './open-web.js';

/** What a page's stream has brought so far. */
export interface OpenedFeed {
  readonly events: FeedEvent[];
  readonly text: () => string;
  readonly isOver: () => boolean;
}

/** Opens the stream of a page, by default in the default creator's room, until the test has ended. */
export async function openFeed(browser: Browser, path = `${room}/events`): Promise<OpenedFeed> {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const response = await browser.fetch(path, { signal: leaving.signal });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events: FeedEvent[] = [];
  let text = '';
  let isOver = false;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const bytes of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      const frame = decoder.decode(bytes);
      text += frame;
      for (const line of frame.split('\n'))
        if (line.startsWith('data: ')) events.push(JSON.parse(line.slice('data: '.length)) as FeedEvent);
    }
    isOver = true;
  };
  void read().catch(() => undefined);
  await settle();
  return { events, text: () => text, isOver: () => isOver };
}
