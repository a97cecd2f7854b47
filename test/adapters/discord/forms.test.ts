import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../src/core/chat/outgoing-message.js';
import { eventually } from '../../support/eventually.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import type { Message } from '../../support/discord/world.js';
import { buttonOf, upload } from './open-docent.js';
import { openSpeaker } from './open-speaker.js';

const never = new AbortController().signal;
const unanswered = new Promise<never>(() => {});
const answer: OutgoingMessage = { kind: 'answer', text: 'Within ten days.', sources: [], actions: [] };

describe('a form on Discord', () => {
  it('opens in time without the creators where nobody can name them', async () => {
    let isAsked = false;
    const suggest = (): Promise<never> => {
      isAsked = true;
      return unanswered;
    };
    const { manager, channel, clock } = await openSpeaker({ host: { suggest } });
    const run = manager.useCommand(channel, 'ingest');
    await eventually('the creators are asked for', () => isAsked);
    await clock.advance(500);
    expect(JSON.stringify((await run.modal()).components)).not.toContain('$creator');
  });

  it('is answered at once, whatever has to be looked up for the creator that was chosen', async () => {
    let isAway = false;
    const suggest = async (): Promise<string[]> => (isAway ? unanswered : ['coach', 'swimming']);
    const { manager, channel, nextEvent } = await openSpeaker({ host: { suggest } });
    const run = manager.useCommand(channel, 'ingest');
    await run.modal();
    isAway = true;
    const event = await nextEvent(
      () => void manager.submit(run, { $files: [upload('a.txt', 'A')], $creator: ['swimming'], replace: ['yes'] }),
    );
    expect(event.creatorId).toBe('swimming');
  });

  it('says so where the vote that it asks a reason for could not be kept', async () => {
    const { lines, ...logger } = createRecordingLogger();
    const speaker = await openSpeaker({
      logger,
      host: { execute: async () => ({ ...answer, kind: 'error', text: 'I am temporarily unavailable.' }) },
    });
    const { adapter, channel, member, server } = speaker;
    const event = await speaker.nextEvent(() => void member.useCommand(channel, 'ask', { question: 'When?' }));
    const actions = [{ label: '👎', command: 'feedback', input: { vote: 'down' }, asks: 'reason' }];
    const { messageIds } = await (await adapter.openReply(event, never)).finish({ ...answer, actions });
    const thread = server.channel(event.address.threadId ?? '');
    const shown = thread.messages.find(({ id }) => id === messageIds[0]) as Message;
    const run = member.press(shown, buttonOf(shown, '👎'));
    await run.modal();
    expect((await run.reply()).content).toBe('I am temporarily unavailable.');
    expect(run.messages).toHaveLength(1);
    expect(lines.filter(({ event: name }) => name === 'discord.event-not-executed')).toHaveLength(1);
    expect(server.addDirectMessage(member).messages).toEqual([]);
  });
});
