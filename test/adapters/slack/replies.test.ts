import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { type OutgoingMessage, notice } from '../../../src/core/chat/outgoing-message.js';
import type { Reply } from '../../../src/core/ports/chat-adapter.js';
import type { Message } from '../../support/slack/world.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';
import { type OpenedSlack, type OpenSlackOptions, openSlack } from './open-slack.js';

const never = new AbortController().signal;
const ANSWER_ID = 'a'.repeat(32);
const answer: OutgoingMessage = {
  kind: 'answer',
  text: 'Six days a year [1].',
  sources: [{ number: 1, documentName: 'handbook.pdf', headingPath: ['Leave'], page: 12 }],
  actions: [
    { label: '👍', command: 'feedback', input: { answer: ANSWER_ID, vote: 'up' } },
    { label: '👎', command: 'feedback', input: { answer: ANSWER_ID, vote: 'down' }, asks: 'reason' },
  ],
  confidence: 0.8,
  answerId: ANSWER_ID as never,
};

interface Asked {
  readonly slack: OpenedSlack;
  readonly event: ChatEvent;
  readonly clock: FakeClock;
  /** Opens the reply and lets time go on while a call waits for its turn. */
  readonly reply: Reply;
  /** Waits for a call, and moves the clock on as far as the call needs. */
  inTime<Result>(call: Promise<Result>): Promise<Result>;
  readonly thread: () => ReturnType<OpenedSlack['server']['screen']['thread']>;
}

/** Somebody mentioned the app; the reply is open, and nothing is in it yet. */
async function ask(options: OpenSlackOptions & { prepare?: (slack: OpenedSlack) => void } = {}): Promise<Asked> {
  const clock = createFakeClock();
  const slack = await openSlack({ clock, ...options });
  options.prepare?.(slack);
  const { message } = slack.ada.post(slack.channel.id, { text: `${slack.mention} How many days?` });
  await slack.server.settled();
  const event = slack.host.events[0] as ChatEvent;
  const inTime = async <Result>(call: Promise<Result>): Promise<Result> => {
    let isOver = false;
    void call.catch(() => undefined).finally(() => (isOver = true));
    while (!isOver) await clock.advance(100);
    return call;
  };
  const reply = await inTime(slack.adapter.openReply(event, never));
  const thread = () => slack.server.screen.thread(slack.channel.id, message.ts);
  return { slack, event, clock, reply, inTime, thread };
}

/** The Web API's methods that were called, in order, without those that only look. */
const methodsOf = ({ server }: OpenedSlack): string[] =>
  server.calls.map(({ method }) => method).filter((method) => method.startsWith('chat.'));

describe('an answer', () => {
  it('is streamed, and goes on to its end in the same message', async () => {
    const { slack, reply, inTime, clock, thread } = await ask();
    await inTime(reply.append('Six days'));
    await clock.advance(1_000);
    await inTime(reply.append(' a year [1].'));
    expect(thread()[0]?.stream).toBe('in_progress');
    await inTime(reply.finish(answer));
    expect(methodsOf(slack)).toEqual(['chat.startStream', 'chat.appendStream', 'chat.stopStream']);
    expect(thread()).toHaveLength(1);
    expect(thread()[0]).toMatchObject({ stream: 'completed', isEdited: false });
    expect(thread()[0]?.text).toMatch(/Six days a year \[1\]\.[^]*handbook\.pdf, page 12[^]*Confidence: high/);
    expect(slack.server.violations).toEqual([]);
  });

  it('that turns out otherwise takes the place of what was streamed', async () => {
    const { reply, inTime, thread } = await ask();
    await inTime(reply.append('Perhaps seven'));
    await inTime(reply.finish(answer));
    expect(thread()).toHaveLength(1);
    expect(thread()[0]?.text).toContain('Six days a year');
    expect(thread()[0]?.text).not.toContain('seven');
  });

  it('is posted and edited where streams are refused, never both', async () => {
    const { slack, reply, inTime, clock, thread } = await ask({
      prepare: ({ server }) => (server.behaviour.streamingIsEnabled = false),
    });
    await inTime(reply.append('Six days'));
    await clock.advance(3_000);
    await inTime(reply.append(' a year'));
    expect(thread().map(({ text }) => text)).toEqual(['Six days a year']);
    await inTime(reply.finish(answer));
    expect(thread()).toHaveLength(1);
    expect(methodsOf(slack)).toEqual(['chat.startStream', 'chat.postMessage', 'chat.update', 'chat.update']);
    expect(thread()[0]?.text).toContain('handbook.pdf');
  });

  it('goes on in another stream before Slack ends the first after five minutes', async () => {
    const { slack, reply, inTime, clock, thread } = await ask();
    await inTime(reply.append('First minutes. '));
    await clock.advance(4 * 60_000);
    await inTime(reply.append('Later minutes. '));
    await clock.advance(2 * 60_000);
    await inTime(reply.append('The end.'));
    await inTime(reply.finish(notice('First minutes. Later minutes. The end.')));
    expect(
      thread()
        .map(({ text }) => text)
        .join(''),
    ).toBe('First minutes. Later minutes. The end.');
    expect(thread().every(({ stream }) => stream === 'completed' || stream === undefined)).toBe(true);
    expect(slack.server.violations).toEqual([]);
  });

  it('is whole when Slack ended its stream', async () => {
    const { reply, inTime, clock, thread } = await ask();
    await inTime(reply.append('Six days'));
    await clock.advance(6 * 60_000);
    await inTime(reply.finish(answer));
    expect(thread()).toHaveLength(1);
    expect(thread()[0]?.text).toMatch(/Six days a year/);
  });

  it('longer than a message is in several, each within the limits', async () => {
    const { slack, reply, inTime, thread } = await ask();
    const words = Array.from({ length: 6_000 }, (_, index) => `word${index}`);
    await inTime(reply.append(words.slice(0, 50).join(' ')));
    await inTime(reply.finish({ ...answer, text: words.join(' ') }));
    const shown = thread().map(({ text }) => text);
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.join(' ').match(/\bword\d+\b/g)).toEqual(words);
    expect(shown.at(-1)).toContain('handbook.pdf');
    expect(slack.server.violations).toEqual([]);
  });

  it('calls nobody, opens no previews, and is read as Markdown', async () => {
    const { slack, reply, inTime, thread } = await ask();
    const text = 'Tell <!channel>, <!here>, @everyone and <@U0ADA> **now**, see https://example.com';
    for (const piece of text.match(/.{1,3}/g) ?? []) await inTime(reply.append(piece));
    await inTime(reply.finish(notice(text)));
    expect(slack.server.pings).toEqual([]);
    expect(thread()).toHaveLength(1);
    expect(slack.server.violations).toEqual([]);
    await inTime(slack.adapter.post(slack.host.events[0]!.address, notice(text), { key: 'k', signal: never }));
    expect(slack.server.pings).toEqual([]);
    expect(thread()[1]).toMatchObject({ unfurlLinks: false, unfurlMedia: false });
    expect(thread()[1]?.blocks[0]).toMatchObject({ type: 'markdown' });
  });

  it('stays within the limits whatever a document is called', async () => {
    const { slack, reply, inTime, thread } = await ask();
    const documentName = `${'<!channel> *x* '.repeat(60)}.pdf`;
    const sources = Array.from({ length: 5 }, (_, index) => ({
      ...answer.sources[0]!,
      number: index + 1,
      documentName,
    }));
    await inTime(reply.finish({ ...answer, sources }));
    expect(slack.server.violations).toEqual([]);
    expect(slack.server.pings).toEqual([]);
    expect(thread()).toHaveLength(1);
    expect(thread()[0]?.blocks.filter(({ type }) => type === 'actions')).toHaveLength(1);
  });
});

describe('what is done meanwhile', () => {
  it('stands at the thread, with a button that stops it, and goes with the answer', async () => {
    const { slack, reply, inTime, event } = await ask();
    const { channelId, threadId } = event.address;
    await inTime(reply.status({ text: 'Searching the documents' }));
    expect(slack.server.screen.status(channelId, threadId!)).toBe('Searching the documents …');
    expect(slack.server.screen.session(channelId, threadId!)?.status).toBe('processing');
    await inTime(reply.finish(answer));
    expect(slack.server.screen.status(channelId, threadId!)).toBeUndefined();
    expect(slack.server.screen.session(channelId, threadId!)?.status).toBe('active');
  });

  it('is no reason to lose the answer where the app may not say it', async () => {
    const { slack, reply, inTime, thread } = await ask({
      prepare: ({ server }) => {
        for (const method of ['agents.sessions.setStatus', 'assistant.threads.setStatus'])
          server.behaviour.faults.push({ method, fault: { kind: 'error', error: 'not_authorized' }, times: 9 });
      },
    });
    await inTime(reply.status({ text: 'Searching the documents' }));
    await inTime(reply.finish(answer));
    expect(thread()).toHaveLength(1);
    expect(slack.server.calls.filter(({ method }) => method === 'agents.sessions.setStatus')).toHaveLength(1);
  });
});

describe('a message that nobody knows to be posted', () => {
  it.each(['cut-after', 'status-after', 'cut-before'] as const)('stands once after "%s"', async (kind) => {
    const fault = kind === 'status-after' ? { kind, status: 500 } : { kind };
    const { slack, reply, inTime, thread } = await ask({
      prepare: ({ server }) => server.behaviour.faults.push({ method: 'chat.postMessage', fault }),
    });
    await inTime(reply.finish(answer));
    expect(thread()).toHaveLength(1);
    expect(methodsOf(slack)).toHaveLength(kind === 'cut-before' ? 2 : 1);
  });

  it.each(['error', 'error-after'] as const)('stands once when Slack fails itself, by "%s"', async (kind) => {
    const { reply, inTime, thread } = await ask({
      prepare: ({ server }) =>
        server.behaviour.faults.push({ method: 'chat.postMessage', fault: { kind, error: 'internal_error' } }),
    });
    await inTime(reply.finish(answer));
    expect(thread()).toHaveLength(1);
  });

  it.each(['cut-after', 'status-after'] as const)('stands once when its stream began unseen by "%s"', async (kind) => {
    const fault = kind === 'status-after' ? { kind, status: 500 } : { kind };
    const { reply, inTime, thread } = await ask({
      prepare: ({ server }) => server.behaviour.faults.push({ method: 'chat.startStream', fault }),
    });
    await inTime(reply.append('Six days')).catch(() => undefined);
    await inTime(reply.finish(answer));
    expect(thread()).toHaveLength(1);
    expect(thread()[0]?.text).toContain('handbook.pdf');
  });

  it('stands once when the process ended in the middle of its stream', async () => {
    const { slack, reply, inTime, thread, event, clock } = await ask();
    await inTime(reply.append('Six days'));
    await clock.advance(5_000);
    const { adapter } = await slack.elsewhere();
    const again = await inTime(adapter.openReply(event, never));
    await inTime(again.finish(answer));
    expect(thread()).toHaveLength(1);
    expect(thread()[0]?.text).toContain('handbook.pdf');
  });

  it('stands once when a picture was posted with the question in a thread', async () => {
    const { slack, reply: first, thread, inTime, event, clock } = await ask();
    await inTime(first.finish(notice('Ask me.')));
    const image = { name: 'screen.png', bytes: new TextEncoder().encode('PNG') };
    slack.grace.post(slack.channel.id, { text: 'And this?', threadTs: event.address.threadId!, files: [image] });
    await slack.server.settled();
    const follow = slack.host.events.at(-1)!;
    expect(follow).toMatchObject({ body: { text: 'And this?' }, attachments: [{ name: 'screen.png' }] });
    const reply = await inTime(slack.adapter.openReply(follow, never));
    await inTime(reply.status({ text: 'Searching the documents' }));
    expect(slack.server.screen.session(slack.channel.id, event.address.threadId!)?.status).toBe('processing');
    await clock.advance(5_000);
    await inTime(reply.append('Six days'));
    await clock.advance(5_000);
    const again = await inTime((await slack.elsewhere()).adapter.openReply(follow, never));
    await inTime(again.finish(answer));
    const said = thread().map(({ text }) => text);
    expect(said).toEqual(['Ask me.', 'And this?', expect.stringContaining('Six days a year')]);
  });

  it('waits as long as Slack asks to', async () => {
    const { slack, reply, inTime, thread, clock } = await ask({
      prepare: ({ server }) =>
        server.behaviour.faults.push({
          method: 'chat.postMessage',
          fault: { kind: 'rate-limited', retryAfterSeconds: 30 },
        }),
    });
    const before = clock.now();
    await inTime(reply.finish(answer));
    expect(clock.now() - before).toBeGreaterThanOrEqual(30_000);
    expect(thread()).toHaveLength(1);
    expect(slack.server.violations).toEqual([]);
  });
});

describe('a channel that takes no message any more', () => {
  it.each([
    ['is archived', (slack: OpenedSlack) => void slack.ada.archive(slack.channel.id), 'archived'],
    ['threw the app out', (slack: OpenedSlack) => void slack.ada.removeApp(slack.channel.id), 'not in this channel'],
  ])('that %s sends the answer to the person, with the reason', async (_what, close, reason) => {
    const { slack, reply, inTime } = await ask();
    close(slack);
    await inTime(reply.finish(answer));
    await inTime(reply.finish(answer));
    const direct = slack.server.screen.direct(slack.ada.id).map(({ text }) => text);
    expect(direct).toHaveLength(2);
    expect(direct[0]).toContain(reason);
    expect(direct[1]).toContain('Six days a year');
  });

  it.each([
    ['threw the app out', (slack: OpenedSlack) => void slack.ada.removeApp(slack.channel.id), 'not in this channel'],
    [
      'lost the message that asked',
      (slack: OpenedSlack, message: Message) => void slack.ada.delete(message),
      'you wrote to me is gone',
    ],
  ])('that %s does so too for who opens the reply later, or elsewhere', async (_what, close, reason) => {
    const { slack, inTime, event } = await ask();
    close(slack, slack.server.channel(slack.channel.id).messages.get(event.address.threadId ?? '') as Message);
    const { adapter } = await slack.elsewhere();
    const reply = await inTime(adapter.openReply(event, never));
    await inTime(reply.finish(answer));
    const direct = slack.server.screen.direct(slack.ada.id).map(({ text }) => text);
    expect(direct).toHaveLength(2);
    expect(direct[0]).toContain(reason);
    expect(direct[1]).toContain('Six days a year');
  });
});

describe('a direct talk', () => {
  it('gets the answer to a message that was deleted meanwhile', async () => {
    const slack = await openSlack();
    const { message } = slack.ada.tell({ text: 'How many days?' });
    await slack.server.settled();
    const reply = await slack.adapter.openReply(slack.host.events[0]!, never);
    slack.ada.delete(message);
    await reply.finish(answer);
    const direct = slack.server.screen.direct(slack.ada.id).map(({ text }) => text);
    expect(direct.join(' ')).toMatch(/wrote to me is gone[^]*Six days a year/);
  });

  it('of two people, where files are added by the shortcut, leaves the outcome to the own one', async () => {
    const slack = await openSlack();
    const { server, workspace, ada, grace } = slack;
    const theirs = server.addChannel(workspace.id, 'theirs', [ada.id, grace.id], 'im');
    const { message } = ada.post(theirs.id, { files: [{ name: 'faq.txt', bytes: new TextEncoder().encode('Q') }] });
    await ada.messageShortcut('add_to_knowledge', message).settled;
    const reply = await slack.adapter.openReply(slack.host.events[0]!, never);
    await reply.finish(notice('It can be asked about now.'));
    expect(server.screen.direct(ada.id).map(({ text }) => text)).toContain('It can be asked about now.');
  });
});
