import { describe, expect, it } from 'vitest';
import { resetCommand } from '../../src/commands/reset.js';
import { summaryCommand } from '../../src/commands/summary.js';
import { conversationIdOf } from '../../src/core/chat/chat-event.js';
import { memberKeySchema } from '../../src/core/ids.js';
import { coach, makeEvent } from '../support/embedded-core.js';
import { openCommands } from './run-command.js';

async function openTalk(exchanges: number) {
  const core = await openCommands();
  const conversationId = conversationIdOf(coach, makeEvent().address);
  const common = { conversationId, memberKey: memberKeySchema.parse('m'), metadata: {} };
  for (let index = 0; index < exchanges; index++) {
    const message = { ...common, timestamp: core.clock.now() };
    await core.engines.conversationStore.append(coach, conversationId, {
      question: { ...message, id: `q${index}`, senderType: 'user', content: 'How?' },
      answer: { ...message, id: `a${index}`, senderType: 'ai', content: 'x'.repeat(10) },
    });
    await core.clock.advance(60_000);
  }
  return core;
}

describe('reset', () => {
  it('forgets the thread', async () => {
    const { say } = await openTalk(1);
    expect((await say(resetCommand)).data).toEqual({ cleared: true });
    expect(await say(resetCommand)).toMatchObject({
      text: 'There was nothing to forget here. Just ask.',
      data: { cleared: false },
    });
  });
});

describe('summary', () => {
  it('counts all messages, also those that are no longer kept', async () => {
    const { say } = await openTalk(15);
    expect((await say(summaryCommand)).text).toBe(
      [
        '**This thread**\n',
        '- 15 questions and 15 answers, 30 messages together',
        '- from 1 Dec 2026, 12:00 UTC to 1 Dec 2026, 12:14 UTC',
        '- an answer has 10 characters on average',
      ].join('\n'),
    );
  });

  it('says when nothing was said', async () => {
    const { say } = await openTalk(0);
    expect(await say(summaryCommand)).toMatchObject({ data: { summary: null } });
  });
});
