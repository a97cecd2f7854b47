import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import { notice, type OutgoingMessage } from '../../../src/core/chat/outgoing-message.js';
import type { Channel } from '../../support/discord/world.js';
import { eventually } from '../../support/eventually.js';
import { written } from './open-docent.js';
import { type Speaker, openSpeaker } from './open-speaker.js';

const never = new AbortController().signal;
const answer: OutgoingMessage = { kind: 'answer', text: 'Within ten days.', sources: [], actions: [] };

/** Requests that post or edit a message, without the welcome in the guild's first channel. */
function writes({ server, guild }: Speaker): string[] {
  const [general] = guild.channels.keys();
  return server.requests
    .filter(({ method, path }) => /^(?:POST|PATCH)$/.test(method) && /\/messages(?:\/[^/]+)?$/.test(path))
    .filter(({ path }) => !path.startsWith(`/channels/${general}/`))
    .map(({ method }) => method);
}

const threadOf = ({ guild }: Speaker, { address }: { address: { threadId: string | null } }): Channel =>
  guild.channels.get(address.threadId ?? '') as Channel;

describe('a reply on Discord', () => {
  it('is told by its outcome alone where that comes at once', async () => {
    const speaker = await openSpeaker();
    const event = await speaker.mention();
    const reply = await speaker.adapter.openReply(event, never);
    await reply.status({ text: 'Searching' });
    await reply.append('Within');
    await eventually('it is seen typing', () => speaker.channel.typing.length === 1);
    await reply.finish(answer);
    expect(writes(speaker)).toEqual(['POST']);
  });

  it('is edited at most every 1.2 seconds while it is written, and always ends with the whole', async () => {
    const speaker = await openSpeaker();
    const event = await speaker.mention();
    const reply = await speaker.adapter.openReply(event, never);
    await speaker.clock.advance(2_000);
    await reply.append('One ');
    await eventually('it is shown', () => speaker.guild.channels.has(event.address.threadId ?? ''));
    await eventually('it is there', () => written(threadOf(speaker, event)).length === 1);
    await reply.append('two ');
    await speaker.clock.advance(1_000);
    await reply.append('three ');
    expect(writes(speaker)).toEqual(['POST']);
    await speaker.clock.advance(300);
    await reply.append('four');
    await eventually('it is edited', () => written(threadOf(speaker, event))[0]?.content === 'One two three four ▌');
    await reply.finish(answer);
    expect(writes(speaker)).toEqual(['POST', 'PATCH', 'PATCH']);
    expect(written(threadOf(speaker, event)).map(({ content }) => content)).toEqual(['Within ten days.']);
    expect(speaker.server.violations).toEqual([]);
  });

  it('shows nothing of an unfinished answer where streaming is off', async () => {
    const speaker = await openSpeaker({ settings: { streaming: false } });
    const event = await speaker.mention();
    const reply = await speaker.adapter.openReply(event, never);
    await speaker.clock.advance(2_000);
    await reply.append('One ');
    await reply.finish(answer);
    expect(writes(speaker)).toEqual(['POST']);
  });

  it('shows progress with a bar at most every 2 seconds, in one message', async () => {
    const speaker = await openSpeaker();
    const event = await speaker.mention();
    const reply = await speaker.adapter.openReply(event, never);
    for (let done = 1; done <= 10; done += 1) {
      await speaker.clock.advance(1_000);
      await reply.status({ text: `Reading a_b.pdf: page ${done} of 10`, progress: { done, total: 10 } });
    }
    expect(written(threadOf(speaker, event))[0]?.content).toMatch(
      /^\*Reading a\\_b\.pdf: page \d+ of 10…\*\n▰+▱* \d+ %$/,
    );
    expect(writes(speaker).length).toBeLessThanOrEqual(5);
    await reply.finish(answer);
    expect(written(threadOf(speaker, event))).toHaveLength(1);
  });

  it('goes out as a normal message once the 15 minutes of a command are over', async () => {
    const speaker = await openSpeaker();
    const { channel, manager, member } = speaker;
    const event = await speaker.nextEvent(() => void manager.useCommand(channel, 'reset'));
    const own = await speaker.nextEvent(() => void member.useCommand(channel, 'forget-me'));
    await speaker.clock.advance(16 * 60_000);
    await (await speaker.adapter.openReply(event, never)).finish(notice('It is done.'));
    await (await speaker.adapter.openReply(own, never)).finish(notice('I keep nothing of you.'));
    const last = channel.messages.at(-1);
    expect(last?.content).toBe('It is done.');
    expect(last?.interaction_metadata).toBeUndefined();
    const direct = speaker.server.addDirectMessage(member);
    expect(direct.messages.map(({ content }) => content)).toEqual(['I keep nothing of you.']);
  });

  it('to a command says that it goes on after a restart, though there is no word of it yet', async () => {
    const speaker = await openSpeaker();
    const { channel, member, guild } = speaker;
    const run = member.useCommand(channel, 'ask', { question: 'When are refunds paid?' });
    await eventually('the host has the event', () => speaker.host.events.length === 1);
    const [event] = speaker.host.events as [ChatEvent];
    await speaker.adapter.openReply(event, never);
    await speaker.restart(() => {});
    const thread = guild.channels.get(run.messages[0]?.id ?? '') as Channel;
    const said = (): string[] => written(thread).map(({ content }) => content);
    expect(said()).toEqual(['*I am being restarted; this goes on in a moment…*']);
    const again = await speaker.adapter.openReply(event, never);
    await again.finish(answer);
    expect(said()).toEqual(['Within ten days.']);
  });

  it('that is open says that it goes on after a restart, and is then replaced', async () => {
    const speaker = await openSpeaker();
    const event = await speaker.mention();
    const reply = await speaker.adapter.openReply(event, never);
    await speaker.clock.advance(2_000);
    await reply.status({ text: 'Searching' });
    await speaker.adapter.stop();
    const thread = threadOf(speaker, event);
    expect(written(thread).map(({ content }) => content)).toEqual([
      '*I am being restarted; this goes on in a moment…*',
    ]);
    await (await speaker.adapter.openReply(event, never)).finish(answer);
    expect(written(thread).map(({ content }) => content)).toEqual(['Within ten days.']);
  });

  it('splits a table and code safely, and repeats nothing when it is said again', async () => {
    const speaker = await openSpeaker();
    const event = await speaker.mention();
    const rows = Array.from({ length: 120 }, (_, index) => `| name ${index} | value ${index} |`).join('\n');
    const text = `Look:\n\n| Name | Value |\n| --- | --- |\n${rows}\n\n\`\`\`ts\n${'const a = 1;\n'.repeat(200)}\`\`\`\n\n##### End`;
    const reply = await speaker.adapter.openReply(event, never);
    await reply.finish({ ...answer, text });
    const thread = threadOf(speaker, event);
    const contents = written(thread).map(({ content }) => content);
    expect(contents.length).toBeGreaterThan(2);
    for (const content of contents) {
      expect(content.length).toBeLessThanOrEqual(2_000);
      expect((content.match(/^```/gm) ?? []).length % 2).toBe(0);
    }
    expect(contents.join('\n')).toMatch(/name 119 {2}value 119/);
    expect(contents.at(-1)).toMatch(/\*\*End\*\*$/);
    await (await speaker.adapter.openReply(event, never)).finish(answer);
    expect(written(thread).map(({ content }) => content)).toEqual(['Within ten days.']);
    expect(speaker.server.violations).toEqual([]);
  });

  it('draws pictures with words for who cannot see them, and says the words alone where files are not let through', async () => {
    const speaker = await openSpeaker();
    const { channel, guild } = speaker;
    const address = {
      platform: 'discord',
      workspaceId: guild.id,
      channelId: channel.id,
      threadId: null,
      isDirect: false,
    };
    const base64 = Buffer.from('89504e470d0a1a0a', 'hex').toString('base64');
    const message = { ...notice('The week.'), pictures: [{ fileName: 'week.png', altText: 'Bars.', base64 }] };
    await speaker.adapter.post(address, message, { key: 'week', signal: never });
    expect(channel.messages.at(-1)).toMatchObject({
      content: 'The week.',
      attachments: [{ filename: 'week.png', description: 'Bars.' }],
    });
    expect(speaker.server.violations).toEqual([]);

    guild.overwriteBot(channel, { deny: ['AttachFiles'] });
    const posted = await speaker.adapter.post(address, message, { key: 'next week', signal: never });
    expect(posted.messageIds).toEqual([channel.messages.at(-1)?.id]);
    expect(channel.messages.at(-1)).toMatchObject({
      content: 'The week.\n\n-# Pictures are missing here: give me Attach Files in this channel. Bars.',
      attachments: [],
    });
    guild.overwriteBot(channel, { deny: ['SendMessages'] });
    const refused = speaker.adapter.post(address, message, { key: 'last week', signal: never });
    await expect(refused).rejects.toMatchObject({ code: 'CHANNEL_UNAVAILABLE' });
  });
});
