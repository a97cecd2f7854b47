import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { createRootOf } from '../../../src/adapters/discord/events/root-of.js';
import { temporarilyUnavailable } from '../../../src/core/store-deadline.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import type { Channel } from '../../support/discord/world.js';
import { openSpeaker } from './open-speaker.js';

const never = new AbortController().signal;
/** Tries of one request, the first included. */
const TRIES = 4;
const failing = (path: RegExp, times: number) => ({ method: 'GET', path, status: 502, times });

async function openListening() {
  const logger = createRecordingLogger();
  const speaker = await openSpeaker({ logger });
  const unread = () => logger.lines.filter(({ event }) => event === 'discord.message-not-read').length;
  return { ...speaker, speaker, unread };
}

describe('a message whose place Discord does not tell', () => {
  it('is taken with what was known of the server before', async () => {
    const { server, clock, mention, manager, channel, speaker } = await openListening();
    await mention();
    await clock.advance(120_000);
    server.failNext(failing(/^\/guilds\/\d+$/, TRIES));
    const event = await speaker.nextEvent(() => manager.post(channel, `<@${server.bot.id}> And now?`));
    expect(event.author.role).toBe('manager');
  });

  it('is taken a little later', async () => {
    const { server, clock, guild, channel, member, host, unread } = await openListening();
    const thread = guild.addThread(channel, { name: 'Old talk', isAnnounced: false });
    server.failNext(failing(/^\/channels\/\d+$/, TRIES));
    member.post(thread, `<@${server.bot.id}> When are refunds paid?`);
    await eventually('it failed', () => unread() === 1);
    expect(host.events).toEqual([]);
    await clock.advance(500);
    await eventually('it is taken', () => host.events.length === 1);
    expect(host.events[0]?.address).toMatchObject({ channelId: channel.id, threadId: thread.id });
  });

  it('is answered with an error where that goes on, if its author waits for an answer', async () => {
    const { server, clock, guild, channel, member, host, unread } = await openListening();
    const thread = guild.addThread(channel, { name: 'Old talk', isAnnounced: false });
    server.failNext(failing(/^\/channels\/\d+$/, 6 * TRIES));
    member.post(thread, `<@${server.bot.id}> When are refunds paid?`);
    for (const [failures, delayMs] of [500, 1_000, 2_000, 4_000, 8_000].entries()) {
      await eventually('it failed', () => unread() === failures + 1);
      await clock.advance(delayMs);
    }
    const said = (): string[] =>
      thread.messages.filter(({ author }) => author.id === server.bot.id).map(({ content }) => content);
    await eventually('it is told', () => said().length === 1);
    expect(said()[0]).toContain('Discord cannot be reached right now');
    expect(host.events).toEqual([]);
  });
});

describe('a message that was missed', () => {
  it('has the role of its author, as one that was heard', async () => {
    const { server, guild, manager, host, speaker, adapter } = await openListening();
    const event = await speaker.mention();
    await (await adapter.openReply(event, never)).finish({ ...notice('Within ten days.'), kind: 'answer' });
    const thread = guild.channels.get(event.address.threadId ?? '') as Channel;
    await speaker.restart(() => void manager.post(thread, `<@${server.bot.id}> Take this.`));
    await eventually('it is there', () => host.events.length === 2);
    expect(host.events[1]?.author).toMatchObject({ memberId: manager.id, role: 'manager' });
  });
});

describe('a reply to an answer', () => {
  it('begins at the question while what was said before cannot be read', async () => {
    const rootOf = createRootOf({ get: () => Promise.reject(temporarilyUnavailable()) });
    expect(await rootOf({ id: '2', message_reference: { message_id: '1' } })).toBe('1');
    expect(await rootOf({ id: '2' })).toBe('2');
  });
});
