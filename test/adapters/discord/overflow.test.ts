import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../src/core/chat/outgoing-message.js';
import { type Speaker, openSpeaker } from './open-speaker.js';

const never = new AbortController().signal;
const PARAGRAPHS = 12;
/** A message of three parts. */
const long: OutgoingMessage = {
  kind: 'notice',
  text: Array.from({ length: PARAGRAPHS }, (_, index) => `Paragraph ${index + 1}. ${'word '.repeat(90)}`).join('\n\n'),
  sources: [],
  actions: [],
};

/** The numbers of the paragraphs that stand there, in order. */
const paragraphs = (messages: readonly { readonly content: string }[]): number[] =>
  messages.flatMap(({ content }) => [...content.matchAll(/Paragraph (\d+)/g)].map(([, number]) => Number(number)));

const EACH_ONCE = Array.from({ length: PARAGRAPHS }, (_, index) => index + 1);

/** A command and its event; others see the answer to `reset`, and not that to `documents`. */
async function started({ channel, manager, nextEvent }: Speaker, command: string) {
  let run: ReturnType<typeof manager.useCommand> | undefined;
  const event = await nextEvent(() => {
    run = manager.useCommand(channel, command);
  });
  return { event, messages: () => run?.messages ?? [] };
}

describe('a long answer to a command', () => {
  it('is there once, also where requests are sent twice, and is replaced as a whole', async () => {
    const speaker = await openSpeaker();
    const { server, adapter, channel } = speaker;
    const { event } = await started(speaker, 'reset');
    server.failNext({ method: 'POST', path: /\/messages$/, cut: 'after', times: 2 });
    server.failNext({ method: 'PATCH', path: /@original$/, cut: 'after' });
    const { messageIds } = await (await adapter.openReply(event, never)).finish(long);
    expect(messageIds).toHaveLength(3);
    expect(channel.messages.map(({ id }) => id)).toEqual(messageIds);
    expect(paragraphs(channel.messages)).toEqual(EACH_ONCE);
    const references = channel.messages.map(({ message_reference: reference }) => reference?.message_id);
    expect(references).toEqual([undefined, messageIds[0], messageIds[0]]);
    await (await adapter.openReply(event, never)).finish({ ...long, text: 'It is done.' });
    expect(channel.messages.map(({ content }) => content)).toEqual(['It is done.']);
    expect(server.violations).toEqual([]);
  });

  it.each([
    ['write in the channel', ['SendMessages'] as const],
    ['read what was said before', ['ReadMessageHistory'] as const],
  ])('is whole where Docent may not %s', async (_what, deny) => {
    const speaker = await openSpeaker();
    const { adapter, guild, channel } = speaker;
    guild.overwriteBot(channel, { deny });
    const { event } = await started(speaker, 'reset');
    await (await adapter.openReply(event, never)).finish(long);
    expect(paragraphs(channel.messages)).toEqual(EACH_ONCE);
    await (await adapter.openReply(event, never)).finish({ ...long, text: 'It is done.' });
    expect(channel.messages.map(({ content }) => content)).toEqual(['It is done.']);
  });

  it('for one person alone stays theirs, and is rather there twice in part than not at all', async () => {
    const speaker = await openSpeaker();
    const { server, adapter, channel } = speaker;
    const { event, messages } = await started(speaker, 'forget-me');
    server.failNext({ method: 'POST', path: /^\/webhooks/, cut: 'before' });
    await (await adapter.openReply(event, never)).finish(long);
    expect(paragraphs(messages())).toEqual(EACH_ONCE);
    const other = await started(speaker, 'forget-me');
    server.failNext({ method: 'POST', path: /^\/webhooks/, cut: 'after' });
    await (await adapter.openReply(other.event, never)).finish(long);
    expect([...new Set(paragraphs(other.messages()))]).toEqual(EACH_ONCE);
    expect(channel.messages).toEqual([]);
    expect(server.violations).toEqual([]);
  });
});
