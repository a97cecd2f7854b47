import type { ChatEvent } from '../../../src/core/chat/chat-event.js';
import type { OutgoingMessage } from '../../../src/core/chat/outgoing-message.js';
import type { Reply } from '../../../src/core/ports/chat-adapter.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';
import { type OpenSlackOptions, type OpenedSlack, openSlack } from './open-slack.js';

const never = new AbortController().signal;
const ANSWER_ID = 'a'.repeat(32);
/** An answer with a source and buttons for feedback. */
export const answer: OutgoingMessage = {
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

/** A question that was asked on the stand-in, by a clock that a test moves. */
export interface Asked {
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
export async function ask(options: OpenSlackOptions & { prepare?: (slack: OpenedSlack) => void } = {}): Promise<Asked> {
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
