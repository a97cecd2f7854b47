import { describe, expect, it } from 'vitest';
import { askCommand } from '../../src/commands/ask.js';
import type { Question } from '../../src/core/answer/answering.js';
import { notice } from '../../src/core/chat/outgoing-message.js';
import { openCommands } from './run-command.js';

describe('ask', () => {
  it('hands the question to the answering of the creator, with the thread it belongs to', async () => {
    const questions: Question[] = [];
    const answering = {
      maxQuestionCharacters: 100,
      async answer(question: Question) {
        questions.push(question);
        return notice('Yes.');
      },
      unfinishedStages: () => ({}),
    };
    const { say, clock } = await openCommands({ answering });
    expect((await say(askCommand, { question: 'How?' })).text).toBe('Yes.');
    expect(questions).toMatchObject([
      {
        creatorId: 'coach',
        conversationId: 'coach/test/w/c/t',
        memberKey: 'test/w/member',
        text: 'How?',
        receivedAt: clock.now(),
      },
    ]);
  });
});
