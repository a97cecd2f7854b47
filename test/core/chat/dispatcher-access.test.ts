import { describe, expect, it } from 'vitest';
import type { ChannelLink } from '../../../src/core/chat/channel-link.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { conversationIdOf } from '../../../src/core/chat/chat-event.js';
import { unseenReply } from '../../../src/core/chat/guarded-reply.js';
import { creatorIdSchema, memberKeySchema } from '../../../src/core/ids.js';
import { eventually } from '../../support/eventually.js';
import { settle } from '../../support/fake-clock.js';
import { answer, command, message, openDispatch } from './dispatch-harness.js';

const coach = creatorIdSchema.parse('coach');
const { signal } = new AbortController();
type Dispatch = Awaited<ReturnType<typeof openDispatch>>;

async function link(
  { services }: Dispatch,
  mode: ChannelLink['mode'] = 'thread',
  onlyWhenConfident = false,
): Promise<void> {
  const { address } = message('x', '');
  await services.links.link(address, { creatorId: coach, wholeWorkspace: false, ingestion: 'managers' });
  await services.links.setMode(address, mode, onlyWhenConfident);
}

describe('access', () => {
  it.each([
    ['member', 'ingest', 'ACCESS_DENIED'],
    ['manager', 'erase', 'ACCESS_DENIED'],
    ['member', 'dance', 'COMMAND_UNKNOWN'],
  ] as const)('tells a %s who runs "%s": %s', async (role, name, code) => {
    const { host, outcome } = await openDispatch();
    await host.accept(command('e1', name, {}, { role }));
    expect(await outcome('e1')).toMatchObject({ kind: 'error', data: { code } });
  });

  it('lets members add documents where the link says so', async () => {
    const dispatch = await openDispatch();
    const event = message('e1', '', { files: ['a.pdf'], creator: null });
    await dispatch.services.links.link(event.address, { creatorId: coach, wholeWorkspace: true, ingestion: 'members' });
    await dispatch.host.accept(event);
    await dispatch.settled('e1');
    expect(dispatch.finished('e1')).toEqual([]);
  });

  it('says what is wrong with an input', async () => {
    const { host, outcome } = await openDispatch();
    await host.accept(command('e1', 'look', { days: 9 }));
    expect(await outcome('e1')).toMatchObject({ kind: 'error', data: { code: 'COMMAND_INPUT' } });
    expect((await outcome('e1'))?.text).toContain('"days" must be a whole number, at least 1 and at most 7');
  });

  it('says that a channel is not linked', async () => {
    const { host, outcome } = await openDispatch();
    await host.accept(message('e1', 'How?', { creator: null }));
    expect(await outcome('e1')).toMatchObject({ kind: 'error', data: { code: 'CREATOR_NOT_LINKED' } });
  });

  it('shows commands without a creator the default one', async () => {
    const { host, outcome } = await openDispatch();
    await host.accept(command('e1', 'look', {}, { creator: null }));
    expect((await outcome('e1'))?.text).toBe('default 7');
  });

  it('says that a creator cannot be called so', async () => {
    const { host, outcome } = await openDispatch();
    await host.accept(message('e1', 'How?', { creator: 'Coach!' }));
    expect(await outcome('e1')).toMatchObject({ kind: 'error', data: { code: 'COMMAND_INPUT' } });
  });
});

describe('rate limit', () => {
  it('takes so many questions of a member in a minute, and says when the next may come', async () => {
    const { host, outcome, clock } = await openDispatch();
    for (let index = 1; index <= 6; index++) await host.accept(message(`e${index}`, 'How?'));
    expect(await outcome('e5')).toMatchObject({ kind: 'answer' });
    const refused = await outcome('e6');
    expect(refused).toMatchObject({ kind: 'error', data: { code: 'RATE_LIMITED' } });
    expect(refused?.text).toContain('Try again in 12 seconds.');
    await clock.advance(12_000);
    await host.accept(message('e7', 'How?'));
    expect(await outcome('e7')).toMatchObject({ kind: 'answer' });
  });

  it('counts each member apart, and gives managers more', async () => {
    const { host, outcome, finished } = await openDispatch({ limits: { memberPerMinute: 1 } });
    await host.accept(message('e1', 'How?', { member: 'ada' }));
    await host.accept(message('e2', 'How?', { member: 'ben' }));
    for (let index = 3; index <= 8; index++)
      await host.accept(message(`e${index}`, 'How?', { member: 'mia', role: 'manager' }));
    await outcome('e8');
    expect(['e1', 'e2', 'e3', 'e8'].map((id) => finished(id)[0]?.kind)).toEqual([
      'answer',
      'answer',
      'answer',
      'answer',
    ]);
  });

  it('takes little for what changes nothing', async () => {
    const { host, outcome } = await openDispatch({ limits: { memberPerMinute: 1 } });
    for (let index = 1; index <= 6; index++) await host.accept(command(`e${index}`, 'look'));
    expect(await outcome('e5')).toMatchObject({ kind: 'notice' });
    expect(await outcome('e6')).toMatchObject({ kind: 'error' });
  });
});

describe('when to speak', () => {
  it('goes on in a thread without a mention for 30 days, also after a restart', async () => {
    const first = await openDispatch();
    await link(first);
    expect(await first.host.accept(message('e1', 'Hello', { mention: false, creator: null }))).toBe('ignored');
    expect(await first.host.accept(message('e2', 'How?', { creator: null }))).toBe('accepted');
    expect(await first.host.accept(message('e3', 'And then?', { mention: false, creator: null }))).toBe('accepted');
    await first.settled('e3');
    await first.close();

    const second = await openDispatch({ folder: first.folder, clock: first.clock, adapter: first.adapter });
    await second.clock.advance(29 * 24 * 3_600_000);
    expect(await second.host.accept(message('e4', 'Still?', { mention: false, creator: null }))).toBe('accepted');
    await second.settled('e4');
    await second.clock.advance(30 * 24 * 3_600_000);
    expect(await second.host.accept(message('e5', 'Still?', { mention: false, creator: null }))).toBe('ignored');
  });

  it('ignores bots without a look at any store', async () => {
    const { host, close } = await openDispatch();
    await close();
    expect(await host.accept(message('e1', 'How?', { isBot: true }))).toBe('ignored');
  });

  it('takes a bare mention for what was last said in the thread', async () => {
    const dispatch = await openDispatch();
    await link(dispatch);
    await dispatch.host.accept(message('e1', 'When does it start?', { mention: false, creator: null }));
    await dispatch.host.accept(message('e2', '', { creator: null }));
    expect((await dispatch.outcome('e2'))?.text).toBe('Answer to When does it start?');
  });

  it('takes a bare mention for the last question it remembers, after a restart', async () => {
    const dispatch = await openDispatch();
    await link(dispatch);
    const event = message('e1', '', { creator: null });
    const conversationId = conversationIdOf(coach, event.address);
    const memberKey = memberKeySchema.parse('m');
    const stored = { conversationId, timestamp: dispatch.clock.now(), memberKey, metadata: {} };
    await dispatch.engines.conversationStore.append(coach, conversationId, {
      question: { ...stored, id: 'q', senderType: 'user', content: 'What was it?' },
      answer: { ...stored, id: 'a', senderType: 'ai', content: 'This.' },
    });
    await dispatch.host.accept(event);
    expect((await dispatch.outcome('e1'))?.text).toBe('Answer to What was it?');
  });

  it('hints at how to ask when there is no question anywhere', async () => {
    const dispatch = await openDispatch();
    await dispatch.host.accept(message('e1', ''));
    expect((await dispatch.outcome('e1'))?.text).toMatch(/^Hello!/);
  });

  it.each([
    ['Hi!', /^Hello!/],
    ['Good morning all 👋', /^Hello!/],
    ['thanks!', /^Always glad to help/],
    ['Thank you so much ❤️', /^Always glad to help/],
    ['ok', /^Always glad to help/],
  ])('answers small talk as such, without a look at any document: %s', async (text, reply) => {
    const dispatch = await openDispatch();
    await dispatch.host.accept(message('e1', text));
    await dispatch.host.accept(command('e2', 'ask', { question: text }));
    expect((await dispatch.outcome('e1'))?.text).toMatch(reply);
    expect((await dispatch.outcome('e2'))?.text).toMatch(reply);
    expect(dispatch.script.asked).toEqual([]);
  });

  it.each(['Thanks, and when does it start?', 'What is great?', 'Good', 'Hi there, is it open?'])(
    'takes no question for small talk: %s',
    async (text) => {
      const dispatch = await openDispatch();
      await dispatch.host.accept(message('e1', text));
      expect((await dispatch.outcome('e1'))?.text).toBe(`Answer to ${text}`);
    },
  );

  it('stays silent rather than refuse where nobody asked by name and the channel wants it so', async () => {
    const dispatch = await openDispatch();
    await link(dispatch, 'all', true);
    dispatch.script.ask = async ({ input }) =>
      input.question === 'known' ? answer('Yes [1].') : { ...notice('Not covered.'), kind: 'refusal' };
    await dispatch.host.accept(message('e1', 'unknown', { mention: false, creator: null }));
    await dispatch.settled('e1');
    expect(dispatch.adapter.replies.has('e1')).toBe(false);
    await dispatch.host.accept(message('e2', 'known', { mention: false, creator: null }));
    expect((await dispatch.outcome('e2'))?.text).toBe('Yes [1].');
    await dispatch.host.accept(message('e3', 'unknown', { creator: null }));
    expect(await dispatch.outcome('e3')).toMatchObject({ kind: 'refusal' });
  });
});

describe('execute', () => {
  it('gives the answer back and leaves finishing to the caller', async () => {
    const { host, finished } = await openDispatch();
    let streamed = '';
    const reply = { ...unseenReply, append: async (text: string) => void (streamed += text) };
    expect(await host.execute(message('e1', 'How?'), reply, signal)).toMatchObject({ kind: 'answer' });
    expect(streamed).toBe('');
    expect(finished('e1')).toEqual([]);
  });

  it('gives errors back as messages', async () => {
    const { host } = await openDispatch();
    expect(await host.execute(command('e1', 'erase'), unseenReply, signal)).toMatchObject({
      kind: 'error',
      data: { code: 'ACCESS_DENIED' },
    });
  });

  it('says when a job took over', async () => {
    const { host } = await openDispatch();
    expect(await host.execute(command('e1', 'ingest', {}, { role: 'manager' }), unseenReply, signal)).toMatchObject({
      data: { deferred: true },
    });
  });

  it('ends with the caller, and when Docent stops', async () => {
    const { host, script, dispatcher, clock } = await openDispatch();
    script.ask = () => new Promise(() => {});
    const caller = new AbortController();
    const left = host.execute(message('e1', 'How?'), unseenReply, caller.signal);
    const stopped = host.execute(message('e2', 'How?'), unseenReply, signal);
    await eventually('both running', () => script.asked.length === 2);
    caller.abort();
    expect(await left).toMatchObject({ kind: 'error', data: { code: 'CANCELLED' } });
    const stopping = dispatcher.stop(1_000);
    await settle();
    await clock.advance(1_000);
    expect(await stopped).toMatchObject({ kind: 'error', data: { code: 'CANCELLED' } });
    await stopping;
  });
});
