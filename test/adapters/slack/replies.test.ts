import { describe, expect, it } from 'vitest';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { answer, ask } from './ask-slack.js';
import type { OpenedSlack } from './open-slack.js';

const never = new AbortController().signal;

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

  it('shows the name of a file as it is written', async () => {
    const { slack, event, inTime, thread } = await ask();
    const attachments = [{ name: '**plan_1**.pdf', sizeBytes: 1, reference: null }];
    const reply = await inTime(slack.adapter.openReply({ ...event, attachments }, never));
    await inTime(reply.status({ text: 'Reading **plan_1**.pdf' }));
    expect(thread().map(({ text }) => text)).toEqual([String.raw`Reading \*\*plan\_1\*\*.pdf …`]);
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

  it.each(['cut-after', 'cut-before'] as const)(
    'says each word once when its last words went by "%s"',
    async (kind) => {
      const { slack, reply, inTime, clock, thread } = await ask();
      await inTime(reply.append('Six days'));
      await clock.advance(1_000);
      slack.server.behaviour.faults.push({ method: 'chat.appendStream', fault: { kind } });
      await inTime(reply.append(' a year')).catch(() => undefined);
      await inTime(reply.finish(notice('Six days a year.')));
      expect(thread().map(({ text }) => text)).toEqual(['Six days a year.']);
    },
  );

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
