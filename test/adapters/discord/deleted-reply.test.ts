import { describe, expect, it } from 'vitest';
import { type OutgoingMessage, notice } from '../../../src/core/chat/outgoing-message.js';
import { eventIdFor } from '../../../src/adapters/discord/events/event-id.js';
import type { Message } from '../../support/discord/world.js';
import { openDocent, shows, upload } from './open-docent.js';
import { type Speaker, openSpeaker } from './open-speaker.js';

const never = new AbortController().signal;
const answer: OutgoingMessage = { kind: 'answer', text: 'Within ten days.', sources: [], actions: [] };

async function openModerated(options: Parameters<typeof openSpeaker>[0] = {}) {
  const speaker = await openSpeaker(options);
  const moderator = speaker.guild.addMember({ name: 'Mod', permissions: ['ManageMessages'] });
  const deleteLast = (): void => moderator.delete(speaker.channel.messages.at(-1) as Message);
  return { ...speaker, deleteLast };
}

const threads = ({ guild }: Pick<Speaker, 'guild'>): number =>
  [...guild.channels.values()].filter(({ thread }) => thread !== undefined).length;

const lastOf = ({ channel }: Pick<Speaker, 'channel'>): string | undefined => channel.messages.at(-1)?.content;

describe('a reply whose message a moderator deletes', () => {
  it('before there is an answer is posted anew, once, and edited there from then on', async () => {
    const speaker = await openModerated();
    const { channel, manager, adapter, clock, deleteLast } = speaker;
    const event = await speaker.nextEvent(() => void manager.useCommand(channel, 'reset'));
    const before = channel.messages.length;
    deleteLast();
    const reply = await adapter.openReply(event, never);
    await clock.advance(2_000);
    await reply.status({ text: 'Reading' });
    expect(lastOf(speaker)).toBe('*Reading…*');
    await reply.finish(notice('It is done.'));
    expect(lastOf(speaker)).toBe('It is done.');
    await (await adapter.openReply(event, never)).finish(notice('It is done again.'));
    expect(lastOf(speaker)).toBe('It is done again.');
    expect(channel.messages).toHaveLength(before);
    expect(speaker.server.violations.map(({ code }) => code)).toEqual([10_008]);
  });

  it('while it shows progress is posted anew, also after a restart', async () => {
    const speaker = await openModerated();
    const { channel, manager, clock, deleteLast } = speaker;
    const event = await speaker.nextEvent(() => void manager.useCommand(channel, 'reset'));
    const reply = await speaker.adapter.openReply(event, never);
    await clock.advance(2_000);
    await reply.status({ text: 'Reading' });
    deleteLast();
    await speaker.restart(() => {});
    await (await speaker.adapter.openReply(event, never)).finish(notice('It is done.'));
    expect(lastOf(speaker)).toBe('It is done.');
  });

  it('follows by token where Docent may not write in the channel', async () => {
    const speaker = await openModerated();
    const { channel, guild, manager, deleteLast } = speaker;
    guild.overwriteBot(channel, { deny: ['SendMessages'] });
    const event = await speaker.nextEvent(() => void manager.useCommand(channel, 'reset'));
    deleteLast();
    await (await speaker.adapter.openReply(event, never)).finish(notice('It is done.'));
    expect(lastOf(speaker)).toBe('It is done.');
  });

  it('stays private where it was private', async () => {
    const speaker = await openModerated();
    const { channel, member, server } = speaker;
    const started = speaker.nextEvent(() => {});
    const run = member.useCommand(channel, 'forget-me');
    const event = await started;
    await fetch(`${server.apiUrl}/v10/webhooks/${server.applicationId}/${run.token}/messages/@original`, {
      method: 'DELETE',
    });
    await (await speaker.adapter.openReply(event, never)).finish(notice('I keep nothing of you.'));
    expect(run.messages.map(({ content }) => content)).toEqual(['I keep nothing of you.']);
    expect(lastOf(speaker)).not.toBe('I keep nothing of you.');
  });

  it('is posted in the channel where a thread was to begin with the deleted message', async () => {
    const speaker = await openModerated();
    const { channel, member, deleteLast } = speaker;
    const asked = await speaker.nextEvent(
      () => void member.useCommand(channel, 'ask', { question: 'When are refunds paid?' }),
    );
    deleteLast();
    await (await speaker.adapter.openReply(asked, never)).finish(answer);
    expect(lastOf(speaker)).toBe('> When are refunds paid?\nWithin ten days.');

    const mentioned = await speaker.mention();
    expect(eventIdFor(channel.messages.at(-1)?.id as string)).toBe(mentioned.id);
    deleteLast();
    await (await speaker.adapter.openReply(mentioned, never)).finish(answer);
    expect(lastOf(speaker)).toBe('Within ten days.');
    expect(threads(speaker)).toBe(0);
  });

  it('of a file still says what came of it', async () => {
    const docent = await openDocent();
    await docent.link();
    const { channel, guild, manager } = docent;
    const moderator = guild.addMember({ name: 'Mod', permissions: ['ManageMessages'] });
    const run = manager.useCommand(channel, 'ingest', { file: upload('hours.md', '# Hours\n\nThe gym opens at six.') });
    await run.acknowledged();
    moderator.delete(run.messages.at(-1) as Message);
    await shows(() => channel.messages, /hours\.md.*can be asked about now/);
  });
});
