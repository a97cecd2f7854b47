import { describe, expect, it } from 'vitest';
import type { Thread } from '../../../src/adapters/web/page/wire.js';
import { titleFrom } from '../../../src/adapters/web/transcript/threads.js';
import { defineCommand } from '../../../src/core/chat/command.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { z } from 'zod';
import { ask, newThread, room } from './asking.js';
import { type Browser, openWeb } from './open-web.js';

const MINUTE_MS = 60_000;

const listed = async (browser: Browser, query = ''): Promise<{ threads: Thread[]; total: number }> =>
  browser.send('GET', `${room}/threads${query}`);

describe('threads', () => {
  it('are called like their first question, and stay so', async () => {
    const browser = await (await openWeb()).visit();
    const threadId = await newThread(browser);
    expect((await listed(browser)).threads).toMatchObject([{ threadId, title: null, kind: 'talk' }]);
    await ask(browser, threadId, 'How many days?');
    await ask(browser, threadId, 'And in the second year?');
    expect((await listed(browser)).threads).toMatchObject([{ title: 'How many days?' }]);
  });

  it('are listed by their last use', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const first = await newThread(browser);
    await web.clock.advance(MINUTE_MS);
    const second = await newThread(browser);
    await web.clock.advance(MINUTE_MS);
    await ask(browser, first, 'Again?');
    expect((await listed(browser)).threads.map(({ threadId }) => threadId)).toEqual([first, second]);
  });

  it('are listed a page at a time', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      made.unshift(await newThread(browser));
      await web.clock.advance(MINUTE_MS);
    }
    const page = await listed(browser, '?offset=2&limit=2');
    expect(page.total).toBe(5);
    expect(page.threads.map(({ threadId }) => threadId)).toEqual(made.slice(2, 4));
  });

  it('are there after a restart', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    await ask(browser, await newThread(browser), 'How many days?');
    const before = await listed(browser);
    await web.restart();
    expect(await listed(browser)).toEqual(before);
  });

  it('can be renamed', async () => {
    const browser = await (await openWeb()).visit();
    const threadId = await newThread(browser);
    await browser.send('PATCH', `${room}/threads/${threadId}`, { title: '  Days off ' });
    await ask(browser, threadId, 'How many days?');
    expect((await listed(browser)).threads).toMatchObject([{ title: 'Days off' }]);
  });

  it('take what was said with them when they are deleted', async () => {
    const browser = await (await openWeb()).visit();
    const threadId = await newThread(browser);
    await ask(browser, threadId, 'How many days?');
    await browser.send('DELETE', `${room}/threads/${threadId}`);
    expect((await listed(browser)).total).toBe(0);
    expect((await browser.fetch(`${room}/threads/${threadId}/exchanges`)).status).toBe(404);
  });

  it('take what Docent remembers of them, too', async () => {
    const reset = defineCommand({
      name: 'reset',
      description: 'Forgets.',
      input: z.object({}),
      access: 'member',
      readOnly: false,
      run: async () => notice('Forgotten.'),
    });
    const web = await openWeb({ host: { commands: [reset] } });
    const browser = await web.visit();
    const threadId = await newThread(browser);
    await browser.send('DELETE', `${room}/threads/${threadId}`);
    expect(web.host.events).toMatchObject([{ address: { threadId }, body: { name: 'reset' } }]);
  });

  it('belong to one creator', async () => {
    const browser = await (await openWeb()).visit();
    const threadId = await newThread(browser);
    await browser.send('POST', '/api/creators', { creatorId: 'guild' });
    expect(await browser.send('GET', '/api/creators/guild/threads')).toMatchObject({ threads: [] });
    expect((await browser.fetch(`/api/creators/guild/threads/${threadId}/exchanges`)).status).toBe(404);
    expect((await browser.fetch(`/api/creators/guild/threads/${threadId}`, { method: 'DELETE' })).status).toBe(404);
  });

  it.each([
    ['an empty name', { title: ' ' }],
    ['a name too long', { title: 'x'.repeat(201) }],
    ['no name', {}],
    ['something else besides', { title: 'ok', kind: 'admin' }],
  ])('are not renamed to %s', async (_what, body) => {
    const browser = await (await openWeb()).visit();
    const path = `${room}/threads/${await newThread(browser)}`;
    const init = { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    expect((await browser.fetch(path, init)).status).toBe(400);
  });
});

describe('the name of a thread', () => {
  it.each([
    ['How many  days\n do I have?', 'How many days do I have?'],
    [`${'word '.repeat(30)}`, `${'word '.repeat(15)}word…`],
    ['x'.repeat(90), `${'x'.repeat(80)}…`],
    [`${'x'.repeat(79)}😀y`, `${'x'.repeat(79)}\uFFFD…`],
  ])('of %j is %j', (question, title) => {
    expect(titleFrom(question)).toBe(title);
  });
});
