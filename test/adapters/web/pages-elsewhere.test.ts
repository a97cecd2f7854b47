import { describe, expect, it } from 'vitest';
import { MAX_TEXT } from '../../../src/adapters/web/news.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../../src/core/errors.js';
import type { Change } from '../../../src/core/ports/coordinator.js';
import { settle } from '../../support/fake-clock.js';
import { ask, lastEvent, newThread, openReply, room } from './asking.js';
import { openFeed } from './open-feed.js';
import { openWeb } from './open-web.js';

const GATHER_MS = 50;
const never = new AbortController().signal;

/** A page with a question that another process answers. */
async function askedElsewhere() {
  const web = await openWeb();
  const browser = await web.visit();
  const threadId = await newThread(browser);
  const { exchangeId } = await ask(browser, threadId, 'How many days?');
  const feed = await openFeed(browser);
  const openElsewhere = () => web.elsewhere().openReply(lastEvent(web), never);
  return { web, browser, threadId, exchangeId, feed, openElsewhere };
}

/** A page with a file that another process reads. */
async function uploadedForElsewhere() {
  const web = await openWeb();
  const browser = await web.visit();
  const feed = await openFeed(browser);
  const query = 'name=guide.txt&requestId=6f2f3a1e-2d5b-4c39-9a43-0f6f7f1c2b3d';
  await browser.fetch(`${room}/uploads?${query}`, { method: 'POST', body: 'bytes' });
  return { web, feed, browser, reply: await web.elsewhere().openReply(lastEvent(web), never) };
}

describe('a page, while another process works', () => {
  it('shows a reply as it is made there, and its final message', async () => {
    const { web, threadId, exchangeId, feed, openElsewhere } = await askedElsewhere();
    const reply = await openElsewhere();
    await reply.status({ text: 'Writing' });
    await reply.append('Six ');
    await web.clock.advance(GATHER_MS);
    await reply.append('days');
    await web.clock.advance(GATHER_MS);
    await reply.finish(notice('Six days.'));
    await settle();
    const place = { threadId, exchangeId };
    expect(feed.events).toMatchObject([
      { type: 'snapshot' },
      { type: 'reply', reply: { ...place, text: '', status: null } },
      { type: 'status', ...place, status: { text: 'Writing' } },
      { type: 'delta', ...place, offset: 0, text: 'Six ' },
      { type: 'delta', ...place, offset: 4, text: 'days' },
      { type: 'exchange', exchange: { exchangeId, reply: { text: 'Six days.' } } },
    ]);
  });

  it('shows how far an upload is, and what became of it', async () => {
    const { web, feed, browser, reply } = await uploadedForElsewhere();
    await reply.status({ text: 'Reading', progress: { done: 1, total: 2 } });
    await web.clock.advance(GATHER_MS);
    expect((await openFeed(browser)).events).toMatchObject([
      { uploads: [{ status: { text: 'Reading', progress: { done: 1, total: 2 } } }] },
    ]);
    await reply.finish(notice('Read.'));
    await settle();
    expect(feed.events.slice(1)).toMatchObject([
      { type: 'upload', upload: { message: null } },
      { type: 'uploadStatus', status: { text: 'Reading' } },
      { type: 'upload', upload: { message: { text: 'Read.' } } },
    ]);
    expect((await openFeed(browser)).events).toEqual([{ type: 'snapshot', replies: [], uploads: [] }]);
  });

  it('shows what is posted there', async () => {
    const { web, feed } = await askedElsewhere();
    const address = { platform: 'web', workspaceId: 'page', channelId: 'coach', threadId: null, isDirect: false };
    await web.elsewhere().post(address, notice('The weekly figures.'), { key: 'week-1', signal: never });
    await settle();
    expect(feed.events.at(-1)).toMatchObject({
      type: 'exchange',
      exchange: { reply: { text: 'The weekly figures.' } },
    });
  });

  it('shows nothing more of a try that another process took over', async () => {
    const { web, feed, openElsewhere } = await askedElsewhere();
    const earlier = await openElsewhere();
    await earlier.append('Seven');
    const later = await openElsewhere();
    await later.append('Six');
    await earlier.status({ text: 'Waiting' });
    await web.clock.advance(GATHER_MS);
    expect(feed.events.slice(1).map((event) => ('text' in event ? event.text : event.type))).toEqual([
      'reply',
      'reply',
      'Six',
    ]);
  });

  it('gets long text in pieces that fit together', async () => {
    const { web, feed, openElsewhere } = await askedElsewhere();
    const text = Array.from({ length: 2 * MAX_TEXT + 1 }, (_, index) => String(index % 10)).join('');
    await (await openElsewhere()).append(text);
    await web.clock.advance(GATHER_MS);
    const pieces = feed.events.flatMap((event) => (event.type === 'delta' ? [event] : []));
    expect(pieces.map(({ offset }) => offset)).toEqual([0, MAX_TEXT, 2 * MAX_TEXT]);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  });
});

describe('news that are lost', () => {
  it('leave no reply in the making: after half a minute of silence the transcript is asked', async () => {
    const { web, exchangeId, feed, openElsewhere } = await askedElsewhere();
    const reply = await openElsewhere();
    await settle();
    web.isNewsLost = true;
    await reply.finish(notice('Six days.'));
    await settle();
    web.isNewsLost = false;
    expect(feed.events.at(-1)?.type).toBe('reply');
    await web.clock.advance(45_000);
    expect(feed.events.at(-1)).toMatchObject({
      type: 'exchange',
      exchange: { exchangeId, reply: { text: 'Six days.' } },
    });
  });

  it('leave no upload in the making', async () => {
    const { web, feed, reply } = await uploadedForElsewhere();
    web.isNewsLost = true;
    await reply.finish(notice('Read.'));
    await settle();
    web.isNewsLost = false;
    await web.clock.advance(45_000);
    expect(feed.events.at(-1)).toMatchObject({ type: 'upload', upload: { message: { text: 'Read.' } } });
  });

  it('are seen on the pages of the process that they are of, which asked', async () => {
    const { web, threadId, feed } = await askedElsewhere();
    const reply = await openReply(web);
    await reply.append('Six ');
    await web.clock.advance(GATHER_MS);
    web.isNewsLost = true;
    await reply.append('and a half ');
    await reply.status({ text: 'I am trying again' });
    await web.clock.advance(GATHER_MS);
    web.isNewsLost = false;
    await reply.append('days');
    await web.clock.advance(GATHER_MS);
    expect(feed.events.slice(2)).toMatchObject([
      { type: 'delta', threadId, text: 'Six ' },
      { type: 'status', threadId, status: { text: 'I am trying again' } },
      { type: 'delta', threadId, text: 'and a half ' },
      { type: 'delta', threadId, text: 'days' },
    ]);
  });

  it('let no text stand with a hole in it', async () => {
    const { web, feed, openElsewhere } = await askedElsewhere();
    const reply = await openElsewhere();
    await reply.append('Six ');
    await web.clock.advance(GATHER_MS);
    web.isNewsLost = true;
    await reply.append('and a half ');
    await web.clock.advance(GATHER_MS);
    await settle();
    web.isNewsLost = false;
    await reply.append('days');
    await web.clock.advance(GATHER_MS);
    expect(feed.events.flatMap((event) => (event.type === 'delta' ? [event.text] : []))).toEqual(['Six ']);
  });

  it('let pages come back and read everything, when the stream of changes broke', async () => {
    let isFirst = true;
    const changes = async function* (): AsyncGenerator<Change> {
      if (!isFirst) await new Promise(() => {});
      isFirst = false;
      await settle();
      yield* [];
      throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'away', retryable: true });
    };
    const web = await openWeb({ host: { changes } });
    const feed = await openFeed(await web.visit());
    expect(feed.isOver()).toBe(false);
    await web.clock.advance(1_000);
    await settle();
    expect(feed.isOver()).toBe(true);
  });
});
