import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { type OpenedSlack, openSlack } from './open-slack.js';

const pdf = { name: 'handbook.pdf', bytes: new TextEncoder().encode('%PDF-1.7 handbook') };

/** The only event that the host was given. */
async function onlyEvent({ host, server }: OpenedSlack): Promise<ChatEvent> {
  await server.settled();
  expect(host.events).toHaveLength(1);
  return host.events[0] as ChatEvent;
}

describe('a mention', () => {
  it('is one event with the thread that it begins, though Slack tells of it twice', async () => {
    const slack = await openSlack();
    const { server, workspace, ada, channel, mention } = slack;
    const { message } = ada.post(channel.id, { text: `${mention} how much is A &amp; B &lt; C?` });
    const event = await onlyEvent(slack);
    expect(server.deliveries).toHaveLength(2);
    expect(event).toMatchObject({
      address: {
        platform: 'slack',
        workspaceId: workspace.id,
        channelId: channel.id,
        threadId: message.ts,
        isDirect: false,
      },
      author: { memberId: ada.id, isBot: false, role: 'manager' },
      body: { kind: 'message', text: 'how much is A & B < C?', mentionsDocent: true, mentionsOthers: false },
    });
    expect(server.violations).toEqual([]);
  });

  it.each(['message', 'app_mention'] as const)('is an event when only "%s" comes', async (kind) => {
    const slack = await openSlack();
    slack.server.behaviour.mentionEvents = kind;
    slack.ada.post(slack.channel.id, { text: `${slack.mention} hello` });
    expect(await onlyEvent(slack)).toMatchObject({ body: { text: 'hello', mentionsDocent: true } });
  });

  it.each([true, false])('brings its files, whether app_mention shows them (%s)', async (mentionsBringFiles) => {
    const slack = await openSlack();
    slack.server.behaviour.mentionsBringFiles = mentionsBringFiles;
    slack.server.behaviour.mentionEvents = 'app_mention';
    slack.ada.post(slack.channel.id, { text: slack.mention, files: [pdf] });
    expect((await onlyEvent(slack)).attachments).toMatchObject([{ name: 'handbook.pdf', sizeBytes: pdf.bytes.length }]);
  });

  it('with a file in a thread brings the file when app_mention comes alone and without it', async () => {
    const slack = await openSlack();
    const { server, ada, channel, mention } = slack;
    const { message } = ada.post(channel.id, { text: 'a thread' });
    await server.settled();
    server.behaviour.mentionsBringFiles = false;
    server.behaviour.mentionEvents = 'app_mention';
    ada.post(channel.id, { text: mention, threadTs: message.ts, files: [pdf] });
    await server.settled();
    expect(slack.host.events.at(-1)).toMatchObject({
      address: { threadId: message.ts },
      attachments: [{ name: 'handbook.pdf' }],
    });
  });

  it('whose message cannot be read in passing is brought again, so that its file is not lost', async () => {
    const slack = await openSlack();
    const { server, ada, channel, mention } = slack;
    server.behaviour.mentionsBringFiles = false;
    server.behaviour.mentionEvents = 'app_mention';
    server.behaviour.faults.push({
      method: 'conversations.history',
      fault: { kind: 'status', status: 503 },
      times: 4,
    });
    ada.post(channel.id, { text: mention, files: [pdf] });
    expect((await onlyEvent(slack)).attachments).toMatchObject([{ name: 'handbook.pdf' }]);
  });

  it('with a file from somebody whom Slack does not describe is answered all the same', async () => {
    const slack = await openSlack();
    slack.server.behaviour.mentionEvents = 'message';
    slack.server.behaviour.faults.push({ method: 'users.info', fault: { kind: 'error', error: 'user_not_visible' } });
    slack.ada.post(slack.channel.id, { text: slack.mention, files: [pdf] });
    expect(await onlyEvent(slack)).toMatchObject({ author: { role: 'member' }, attachments: [{}] });
  });

  it('of a command waits for what the person may do', async () => {
    const slack = await openSlack();
    slack.server.behaviour.mentionEvents = 'message';
    const fault = { kind: 'status', status: 503 } as const;
    slack.server.behaviour.faults.push({ method: 'users.info', fault, times: 4 });
    slack.ada.post(slack.channel.id, { text: `${slack.mention} stats` });
    expect(await onlyEvent(slack)).toMatchObject({ author: { role: 'manager' }, body: { name: 'stats' } });
  });

  it('that is nothing but the name of a command runs it, as threads have no slash commands', async () => {
    const slack = await openSlack();
    slack.grace.post(slack.channel.id, { text: `${slack.mention} reset` });
    expect(await onlyEvent(slack)).toMatchObject({ body: { kind: 'command', name: 'reset', input: {} } });
  });

  it('of a command with more words stays a question', async () => {
    const slack = await openSlack();
    slack.grace.post(slack.channel.id, { text: `${slack.mention} reset my password?` });
    expect(await onlyEvent(slack)).toMatchObject({ body: { kind: 'message', text: 'reset my password?' } });
  });
});

/** A host that keeps no event, as after a long time, or where it stays silent. */
function hostThatForgets() {
  const given: ChatEvent[] = [];
  const accept = async (event: ChatEvent) => {
    given.push(event);
    return 'ignored' as const;
  };
  return { given, host: { accept } };
}

describe('a mention that is edited', () => {
  it('into a message is answered', async () => {
    const { host, given } = hostThatForgets();
    const slack = await openSlack({ host });
    const { message } = slack.ada.post(slack.channel.id, { text: 'how much?' });
    await slack.server.settled();
    slack.ada.edit(message, `${slack.mention} how much?`);
    await slack.server.settled();
    expect(given.map(({ body }) => body)).toMatchObject([
      { mentionsDocent: false },
      { mentionsDocent: true, text: 'how much?' },
    ]);
  });

  it('long after it was answered says nothing new', async () => {
    const clock = createFakeClock(Date.now());
    const { host, given } = hostThatForgets();
    const slack = await openSlack({ clock, host });
    const { message } = slack.ada.post(slack.channel.id, { text: `${slack.mention} how mch?` });
    await slack.server.settled();
    const before = given.length;
    await clock.advance(2 * 60 * 60_000);
    await slack.restart();
    slack.ada.edit(message, `${slack.mention} how much?`);
    await slack.server.settled();
    expect(given).toHaveLength(before);
  });
});

describe('other messages', () => {
  it('say whether they call somebody else', async () => {
    const slack = await openSlack();
    const { server, host, ada, grace, channel } = slack;
    ada.post(channel.id, { text: `${grace.mention} can you look?` });
    await server.settled();
    expect(host.events[0]?.body).toMatchObject({ mentionsDocent: false, mentionsOthers: true });
  });

  it('in a thread belong to the thread', async () => {
    const slack = await openSlack();
    const { message } = slack.ada.post(slack.channel.id, { text: 'first' });
    slack.grace.post(slack.channel.id, { text: 'second', threadTs: message.ts });
    await slack.server.settled();
    expect(slack.host.events.map(({ address }) => address.threadId)).toEqual([message.ts, message.ts]);
  });

  it('to the app itself are direct, with or without a file and words', async () => {
    const slack = await openSlack();
    const { message } = slack.grace.tell({ text: 'How long?' });
    slack.grace.tell({ files: [pdf] });
    await slack.server.settled();
    const [question, file] = slack.host.events;
    expect(question).toMatchObject({
      address: { isDirect: true, threadId: message.ts },
      body: { text: 'How long?', mentionsDocent: false },
    });
    expect(file).toMatchObject({ address: { isDirect: true }, attachments: [{ name: 'handbook.pdf' }] });
  });

  it('that are edited or deleted say nothing new', async () => {
    const slack = await openSlack();
    const { message } = slack.ada.post(slack.channel.id, { text: 'first' });
    await slack.server.settled();
    slack.ada.edit(message, 'changed');
    slack.ada.delete(message);
    await slack.server.settled();
    expect(slack.host.events).toHaveLength(1);
  });

  it("of apps, Docent's own among them, are not answered", async () => {
    const slack = await openSlack();
    const { server, host, adapter, workspace, channel } = slack;
    const address = {
      platform: 'slack',
      workspaceId: workspace.id,
      channelId: channel.id,
      threadId: null,
      isDirect: false,
    };
    const message = { kind: 'notice', text: 'Hello all', sources: [], actions: [] } as const;
    await adapter.post(address, message, { key: 'k', signal: new AbortController().signal });
    await server.settled();
    expect(server.deliveries.length).toBeGreaterThan(0);
    expect(host.events).toEqual([]);
  });
});

describe('an event that cannot be kept', () => {
  it('is not acknowledged, so that Slack brings it again', async () => {
    const refusals = [new Error('the queue is full')];
    const accepted: string[] = [];
    const slack = await openSlack({
      host: {
        async accept(event) {
          const refusal = refusals.pop();
          if (refusal !== undefined) throw refusal;
          accepted.push(event.id);
          return 'accepted';
        },
      },
    });
    slack.server.behaviour.mentionEvents = 'message';
    const { deliveries } = slack.ada.post(slack.channel.id, { text: `${slack.mention} hello` });
    await slack.server.settled();
    expect(deliveries[0]?.attempts.map(({ failure }) => failure)).toEqual(['http_error', undefined]);
    expect(accepted).toHaveLength(1);
  });
});
