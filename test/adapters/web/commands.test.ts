import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCommand } from '../../../src/core/chat/command.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { lastEvent, newThread, room } from './asking.js';
import { openWeb } from './open-web.js';

const command = (name: string, input: z.ZodObject = z.object({}), isHidden = false) =>
  defineCommand({
    name,
    description: `Does ${name}.`,
    input,
    access: 'member',
    readOnly: true,
    hidden: isHidden,
    run: async () => notice(''),
  });

describe('a command', () => {
  it('is run with its input, and its message is the response', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const result = await browser.send('POST', `${room}/commands/stats`, { input: { days: 7 } });
    expect(result).toEqual({ message: notice('Done.') });
    expect(lastEvent(web)).toMatchObject({
      creatorId: 'coach',
      address: { threadId: null },
      body: { kind: 'command', name: 'stats', input: { days: 7 } },
    });
  });

  it('can be about a thread', async () => {
    const web = await openWeb();
    const browser = await web.visit();
    const threadId = await newThread(browser);
    await browser.send('POST', `${room}/commands/summary`, { threadId });
    expect(lastEvent(web).address.threadId).toBe(threadId);
  });

  it.each([
    ['an input that is no object', { input: [1] }],
    ['a thread that cannot be', { threadId: '../admin' }],
    ['something else besides', { role: 'operator' }],
  ])('with %s is refused', async (_what, body) => {
    const web = await openWeb();
    const browser = await web.visit();
    const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    expect((await browser.fetch(`${room}/commands/stats`, init)).status).toBe(400);
    expect(web.host.events).toEqual([]);
  });

  it('is offered in the thread when it needs no input', async () => {
    const commands = [
      command('summary'),
      command('forget', z.object({ document: z.string() })),
      command('feedback', z.object({}), true),
    ];
    const browser = (await openWeb({ host: { commands } })).newBrowser();
    expect(await browser.send('GET', '/api/session')).toMatchObject({
      signedIn: true,
      defaultCreatorId: 'coach',
      maxUploadBytes: 1_000,
      acceptedExtensions: ['.pdf', '.txt'],
      commands: [{ name: 'summary', description: 'Does summary.' }],
    });
  });
});

describe('creators', () => {
  it('are the default one and those that Docent knows, by name', async () => {
    const creators = async () => [creatorIdSchema.parse('guild'), creatorIdSchema.parse('academy')];
    const browser = await (await openWeb({ host: { creators } })).visit();
    expect(await browser.send('GET', '/api/creators')).toEqual({ creators: ['academy', 'coach', 'guild'] });
  });

  it.each(['nobody', 'UPPER', '..%2f..', 'system:'])('called %s are not there', async (creatorId) => {
    const browser = await (await openWeb()).visit();
    expect((await browser.fetch(`/api/creators/${creatorId}/threads`)).status).toBe(404);
  });

  it.each(['', 'a', 'Upper', 'with space', 'x'.repeat(64), 7])('cannot be made with the name %j', async (creatorId) => {
    const browser = await (await openWeb()).visit();
    const init = {
      method: 'POST',
      body: JSON.stringify({ creatorId }),
      headers: { 'content-type': 'application/json' },
    };
    expect((await browser.fetch('/api/creators', init)).status).toBe(400);
  });
});
