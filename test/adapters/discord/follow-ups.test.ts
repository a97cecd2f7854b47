import { describe, expect, it } from 'vitest';
import { answerIdSchema } from '../../../src/core/ids.js';
import type { OutgoingMessage } from '../../../src/core/chat/outgoing-message.js';
import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import type { Message } from '../../support/discord/world.js';
import { buttonOf } from './open-docent.js';
import { type Speaker, openSpeaker } from './open-speaker.js';

const never = new AbortController().signal;
const answerId = answerIdSchema.parse('0'.repeat(32));
const answer: OutgoingMessage = { kind: 'answer', text: 'Within ten days.', sources: [], actions: [], answerId };
/** Of more than one message. */
const long = { ...answer, text: 'Within ten days. '.repeat(200) };

/** The last message of the answer to an event. */
async function answered({ adapter, channel }: Speaker, event: ChatEvent, said = answer): Promise<Message> {
  await (await adapter.openReply(event, never)).finish(said);
  return channel.messages.at(-1) as Message;
}

describe('what is asked further without threads', () => {
  it('by the button under an answer goes on with the conversation, however often', async () => {
    const speaker = await openSpeaker({ settings: { answers: 'reply', messageContent: false } });
    const { channel, member } = speaker;
    const first = await speaker.nextEvent(() => void member.useCommand(channel, 'ask', { question: 'One?' }));
    const roots: (string | null)[] = [];
    let event = first;
    for (const said of [answer, long, answer]) {
      const message = await answered(speaker, event, said);
      const press = member.press(message, buttonOf(message, 'Ask a follow-up'));
      await press.modal();
      event = await speaker.nextEvent(() => void member.submit(press, { question: 'And then?' }));
      roots.push(event.address.threadId);
    }
    expect(roots).toEqual([first.address.threadId, first.address.threadId, first.address.threadId]);
    expect(speaker.server.violations).toEqual([]);
  });

  it('by a reply to any message of an answer goes on with the conversation', async () => {
    const speaker = await openSpeaker({ settings: { answers: 'reply' } });
    const { channel, member } = speaker;
    const first = await speaker.mention();
    const replyTo = await answered(speaker, first, long);
    const second = await speaker.nextEvent(() => member.post(channel, { content: 'And then?', replyTo }));
    expect(second.address.threadId).toBe(first.address.threadId);
  });
});
