import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/core/ports/coordinator.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { settle } from '../../support/fake-clock.js';
import { ask, newThread, openReply, room } from './asking.js';
import { openFeed } from './open-feed.js';
import { type Browser, type OpenedWeb, openWeb } from './open-web.js';

const GATHER_MS = 50;

async function askedWeb(): Promise<{ web: OpenedWeb; browser: Browser; threadId: string; exchangeId: string }> {
  const web = await openWeb();
  const browser = await web.visit();
  const threadId = await newThread(browser);
  const { exchangeId } = await ask(browser, threadId, 'How many days?');
  return { web, browser, threadId, exchangeId };
}

describe('the stream of a page', () => {
  it('begins with where things are, and tells the browser when to come back', async () => {
    const feed = await openFeed(await (await openWeb()).visit());
    expect(feed.events).toEqual([{ type: 'snapshot', replies: [], uploads: [] }]);
    expect(feed.text()).toMatch(/^retry: \d+\n/);
  });

  it('brings a question with its thread to every open page', async () => {
    const web = await openWeb();
    const feeds = [await openFeed(await web.visit()), await openFeed(await web.visit())];
    const browser = await web.visit();
    const threadId = await newThread(browser);
    const exchange = await ask(browser, threadId, 'How many days?');
    await settle();
    for (const { events } of feeds) {
      expect(events).toContainEqual({ type: 'exchange', exchange });
      expect(events.at(-1)).toMatchObject({ type: 'thread', thread: { threadId, title: 'How many days?' } });
    }
  });

  it('gathers what is streamed, and says where each piece belongs', async () => {
    const { web, browser, threadId, exchangeId } = await askedWeb();
    const feed = await openFeed(browser);
    const reply = await openReply(web);
    await reply.append('Six ');
    await reply.append('days');
    await web.clock.advance(GATHER_MS);
    await reply.append(' a year.');
    await web.clock.advance(GATHER_MS);
    expect(feed.events.filter(({ type }) => type === 'delta')).toEqual([
      { type: 'delta', threadId, exchangeId, offset: 0, text: 'Six days' },
      { type: 'delta', threadId, exchangeId, offset: 8, text: ' a year.' },
    ]);
  });

  it('brings the newest status alone', async () => {
    const { web, browser } = await askedWeb();
    const feed = await openFeed(browser);
    const reply = await openReply(web);
    await reply.status({ text: 'Searching' });
    await reply.status({ text: 'Writing', progress: { done: 1, total: 2 } });
    await web.clock.advance(GATHER_MS);
    expect(feed.events.filter(({ type }) => type === 'status')).toMatchObject([
      { status: { text: 'Writing', progress: { done: 1, total: 2 } } },
    ]);
  });

  it('shows a page that opens in the middle of an answer what there is of it, and then the rest', async () => {
    const { web, browser, threadId, exchangeId } = await askedWeb();
    const reply = await openReply(web);
    await reply.status({ text: 'Writing' });
    await reply.append('Six ');
    await web.clock.advance(GATHER_MS);
    await reply.append('days');
    const feed = await openFeed(browser);
    expect(feed.events).toEqual([
      {
        type: 'snapshot',
        replies: [{ threadId, exchangeId, text: 'Six ', status: { text: 'Writing' } }],
        uploads: [],
      },
    ]);
    await web.clock.advance(GATHER_MS);
    expect(feed.events.at(-1)).toMatchObject({ type: 'delta', offset: 4, text: 'days' });
  });

  it('brings the final message once, and nothing of the reply after it', async () => {
    const { web, browser, exchangeId } = await askedWeb();
    const feed = await openFeed(browser);
    const reply = await openReply(web);
    await reply.append('Perhaps seven');
    await reply.finish(notice('Six.'));
    await web.clock.advance(GATHER_MS);
    expect(feed.events.at(-1)).toMatchObject({ type: 'exchange', exchange: { exchangeId, reply: { text: 'Six.' } } });
    expect(feed.events.map(({ type }) => type)).not.toContain('delta');
    expect((await openFeed(browser)).events).toEqual([{ type: 'snapshot', replies: [], uploads: [] }]);
  });

  it('starts a reply afresh when it is made again', async () => {
    const { web, browser, threadId, exchangeId } = await askedWeb();
    await (await openReply(web)).append('Half an answ');
    const feed = await openFeed(browser);
    await openReply(web);
    await web.clock.advance(GATHER_MS);
    await settle();
    expect(feed.events.slice(1)).toEqual([{ type: 'reply', reply: { threadId, exchangeId, text: '', status: null } }]);
  });

  it('brings the progress and the outcome of an upload', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const feed = await openFeed(browser);
    const query = 'name=guide.txt&requestId=6f2f3a1e-2d5b-4c39-9a43-0f6f7f1c2b3d';
    await browser.fetch(`${room}/uploads?${query}`, { method: 'POST', body: 'bytes' });
    const reply = await openReply(web);
    await reply.status({ text: 'Reading', progress: { done: 1, total: 2 } });
    await web.clock.advance(GATHER_MS);
    expect((await openFeed(browser)).events).toMatchObject([{ uploads: [{ status: { text: 'Reading' } }] }]);
    await reply.finish(notice('Read.'));
    await settle();
    expect(feed.events.slice(1).map(({ type }) => type)).toEqual(['upload', 'uploadStatus', 'upload']);
  });

  it('passes on what changes elsewhere, of its own creator alone', async () => {
    const changes: Change[] = [
      { kind: 'document', group: 'guild', data: { documentId: '1' } },
      { kind: 'document', group: 'coach', data: { documentId: '2' } },
      { kind: 'secret-of-a-plugin', group: 'coach', data: { word: 'sesame' } },
    ];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const follow = async function* (): AsyncGenerator<Change> {
      await released;
      yield* changes;
      await new Promise(() => {});
    };
    const web = await openWeb({ host: { changes: follow } });
    const feed = await openFeed(await web.visit());
    release();
    await settle();
    expect(feed.events.slice(1)).toEqual([{ type: 'change', kind: 'document', data: { documentId: '2' } }]);
  });

  it('shows nothing of another creator', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    await browser.send('POST', '/api/creators', { creatorId: 'guild' });
    const feed = await openFeed(browser, '/api/creators/guild/events');
    await ask(browser, await newThread(browser), 'How many days?');
    await (await openReply(web)).append('Six');
    await web.clock.advance(GATHER_MS);
    expect(feed.events).toEqual([{ type: 'snapshot', replies: [], uploads: [] }]);
    expect((await openFeed(browser, '/api/creators/guild/events')).events).toMatchObject([{ replies: [] }]);
  });

  it('gives a sign of life while nothing happens', async () => {
    const web = await openWeb();
    const feed = await openFeed(await web.visit());
    await web.clock.advance(30_000);
    expect(feed.text().match(/^: still here$/gm)).toHaveLength(2);
  });

  it('ends when the adapter stops', async () => {
    const web = await openWeb();
    const feed = await openFeed(await web.visit());
    await web.adapter.stop();
    await settle();
    expect(feed.isOver()).toBe(true);
  });

  it('cuts off a page that reads nothing, instead of keeping everything for it', async () => {
    const { web, browser, threadId } = await askedWeb();
    const response = await browser.fetch(`${room}/events`);
    const reply = await openReply(web);
    for (let index = 0; index < 30; index += 1) {
      await reply.append('x'.repeat(100_000));
      await web.clock.advance(GATHER_MS);
    }
    await reply.finish(notice('Done.'));
    expect(await response.text()).not.toContain('Done.');
    expect((await openFeed(browser)).events).toHaveLength(1);
    expect(threadId).not.toBe('');
  });

  it('is refused to the 201st page', async () => {
    const browser = await (await openWeb()).visit();
    for (let index = 0; index < 200; index += 1) await browser.fetch(`${room}/events`);
    expect((await browser.fetch(`${room}/events`)).status).toBe(503);
  });
});
