import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../../src/adapters/web/page/wire.js';
import { addressOf } from '../../../src/adapters/web/chat-events.js';
import { exchangeCollection } from '../../../src/adapters/web/transcript/records.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../../src/core/errors.js';
import { answerOf, ask, lastEvent, newThread, openReply, room, said } from './asking.js';
import { openWeb } from './open-web.js';

const json = { 'content-type': 'application/json' };

describe('a question', () => {
  it('becomes an event of the creator, the thread and the member, meant for Docent', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    await ask(browser, threadId, ' How many days? ');
    expect(lastEvent(web)).toMatchObject({
      creatorId: 'coach',
      address: { platform: 'web', channelId: 'coach', threadId, isDirect: false },
      author: { role: 'operator', isBot: false },
      body: { kind: 'message', text: 'How many days?', mentionsDocent: true, mentionsOthers: false },
    });
  });

  it('stands in the thread before there is a reply', async () => {
    const browser = await (await openWeb()).visit();
    const threadId = await newThread(browser);
    const exchange = await ask(browser, threadId, 'How many days?');
    expect(exchange).toMatchObject({ question: 'How many days?', reply: null, repliedAt: null, vote: null });
    expect(await said(browser, threadId)).toEqual([exchange]);
  });

  it('that is sent twice is asked once', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    const requestId = randomUUID();
    const first = await ask(browser, threadId, 'How many days?', requestId);
    await web.clock.advance(5_000);
    expect(await ask(browser, threadId, 'How many days?', requestId)).toEqual(first);
    expect(web.host.events).toHaveLength(1);
    expect(await said(browser, threadId)).toHaveLength(1);
  });

  it('that Docent cannot keep is refused, and stands nowhere', async () => {
    const accept = () => Promise.reject(new DocentError('QUEUE_FULL', { userMessage: 'Too much is waiting.' }));
    const browser = await (await openWeb({ host: { accept } })).visit();
    const threadId = await newThread(browser);
    const body = JSON.stringify({ requestId: randomUUID(), text: 'How many days?' });
    const response = await browser.fetch(`${room}/threads/${threadId}/exchanges`, {
      method: 'POST',
      body,
      headers: json,
    });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('Too much is waiting.');
    expect(await said(browser, threadId)).toEqual([]);
  });

  it('is not lost when the process is killed before the thread has it', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    await ask(browser, threadId, 'How many days?');
    const scope = { creatorId: web.host.defaultCreatorId };
    for (const { id } of await web.engines.recordStore.list(exchangeCollection, scope, { limit: 10 }))
      await web.engines.recordStore.delete(exchangeCollection, scope, id);
    await web.restart();
    await (await openReply(web)).finish(notice('Six.'));
    expect(await said(browser, threadId)).toMatchObject([{ question: 'How many days?', reply: { text: 'Six.' } }]);
  });

  it('can be a command', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    await browser.send('POST', `${room}/threads/${threadId}/exchanges`, {
      requestId: randomUUID(),
      command: 'summary',
    });
    expect(lastEvent(web).body).toEqual({ kind: 'command', name: 'summary', input: {} });
    expect(await said(browser, threadId)).toMatchObject([{ question: '/summary' }]);
  });

  it.each([
    ['without a request id', { text: 'Hello?' }],
    ['with a request id of another form', { requestId: '1', text: 'Hello?' }],
    ['without words', { requestId: randomUUID(), text: '  ' }],
    ['that is too long', { requestId: randomUUID(), text: 'x'.repeat(100_001) }],
    ['with both words and a command', { requestId: randomUUID(), text: 'Hello?', command: 'help' }],
    ['that is no object', ['Hello?']],
  ])('%s is refused', async (_what, body) => {
    const web = await openWeb();
    const browser = await web.visit();
    const path = `${room}/threads/${await newThread(browser)}/exchanges`;
    const response = await browser.fetch(path, { method: 'POST', body: JSON.stringify(body), headers: json });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'COMMAND_INPUT' } });
    expect(web.host.events).toEqual([]);
  });

  it.each([
    ['of broken JSON', '{', json, 400],
    ['as a form', 'text=Hello', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['of half a megabyte and more', JSON.stringify({ text: 'x'.repeat(600_000) }), json, 413],
  ])('%s is refused', async (_what, body, headers, status) => {
    const browser = await (await openWeb()).visit();
    const path = `${room}/threads/${await newThread(browser)}/exchanges`;
    expect((await browser.fetch(path, { method: 'POST', body, headers })).status).toBe(status);
  });
});

describe('a reply', () => {
  it('is kept with its sources over a restart', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    await ask(browser, threadId, 'How many days?');
    await (await openReply(web)).finish(answerOf('Six [1].'));
    await web.restart();
    expect(await said(browser, threadId)).toMatchObject([{ question: 'How many days?', reply: answerOf('Six [1].') }]);
  });

  it('to a deleted thread brings nothing back', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    await ask(browser, threadId, 'How many days?');
    const reply = await openReply(web);
    await browser.send('DELETE', `${room}/threads/${threadId}`);
    await reply.finish(notice('Six.'));
    expect(await browser.send('GET', `${room}/threads`)).toMatchObject({ total: 0 });
    expect((await browser.fetch(`${room}/threads/${threadId}/exchanges`)).status).toBe(404);
  });

  it('keeps the vote that it was given, and loses it when another answer takes its place', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    const { exchangeId } = await ask(browser, threadId, 'How many days?');
    const event = lastEvent(web);
    await (await openReply(web)).finish(answerOf('Six [1].'));
    const path = `${room}/threads/${threadId}/exchanges/${exchangeId}/feedback`;
    await browser.send('POST', path, { vote: 'down', reason: 'Too short.' });
    expect(lastEvent(web).body).toEqual({
      kind: 'command',
      name: 'feedback',
      input: { answer: 'a'.repeat(32), vote: 'down', reason: 'Too short.' },
    });
    expect(await said(browser, threadId)).toMatchObject([{ vote: 'down' }]);
    await (
      await web.adapter.openReply(event, new AbortController().signal)
    ).finish(answerOf('Seven [1].', 'b'.repeat(32)));
    expect(await said(browser, threadId)).toMatchObject([{ vote: null }]);
  });

  it('that is no answer takes no vote', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    const { exchangeId } = await ask(browser, threadId, 'How many days?');
    const path = `${room}/threads/${threadId}/exchanges/${exchangeId}/feedback`;
    const init = { method: 'POST', body: '{"vote":"up"}', headers: json };
    expect((await browser.fetch(path, init)).status).toBe(404);
    await (await openReply(web)).finish(notice('Nothing.'));
    expect((await browser.fetch(path, init)).status).toBe(404);
  });
});

describe('what was said', () => {
  it('is read from its end, a page at a time', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    for (const word of ['one', 'two', 'three', 'four', 'five']) {
      await ask(browser, threadId, word);
      await web.clock.advance(1_000);
    }
    const read = (query: string) =>
      browser.send<{ exchanges: Exchange[]; hasEarlier: boolean }>(
        'GET',
        `${room}/threads/${threadId}/exchanges${query}`,
      );
    const newest = await read('?limit=2');
    expect(newest).toMatchObject({ exchanges: [{ question: 'four' }, { question: 'five' }], hasEarlier: true });
    const before = newest.exchanges[0]?.exchangeId ?? '';
    expect(await read(`?limit=3&before=${before}`)).toMatchObject({
      exchanges: [{ question: 'one' }, { question: 'two' }, { question: 'three' }],
      hasEarlier: false,
    });
  });

  it('can be a message that answers nobody', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const options = { key: 'week-1', signal: new AbortController().signal };
    await web.adapter.post(addressOf(web.host.defaultCreatorId, null), notice('The weekly figures.'), options);
    expect(await browser.send('GET', `${room}/threads`)).toMatchObject({
      threads: [{ threadId: 'admin', kind: 'admin', title: 'Admin channel' }],
    });
    expect(await said(browser, 'admin')).toMatchObject([{ question: null, reply: { text: 'The weekly figures.' } }]);
  });

  it('is posted into the thread that is named, as long as it is there', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    const post = (key: string) =>
      web.adapter.post(addressOf(web.host.defaultCreatorId, threadId), notice(key), {
        key,
        signal: new AbortController().signal,
      });
    await post('first');
    expect(await said(browser, threadId)).toMatchObject([{ reply: { text: 'first' } }]);
    await browser.send('DELETE', `${room}/threads/${threadId}`);
    await post('second');
    expect(await said(browser, 'admin')).toMatchObject([{ reply: { text: 'second' } }]);
  });
});
