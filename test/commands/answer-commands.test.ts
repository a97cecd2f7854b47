import { describe, expect, it } from 'vitest';
import { feedbackCommand } from '../../src/commands/feedback.js';
import { markWords } from '../../src/commands/mark-words.js';
import { passageCommand } from '../../src/commands/passage.js';
import { type AnswerRecord, answerIdOf } from '../../src/core/answer/answer-records.js';
import {
  chunkIdSchema,
  conversationIdSchema,
  documentIdOf,
  eventIdSchema,
  memberKeySchema,
} from '../../src/core/ids.js';
import { coach } from '../support/embedded-core.js';
import { openCommands } from './run-command.js';

const PLAN = 'A session lasts an hour.';

/** An answer that cites the document "plan.pdf", which is there in the version that was cited. */
async function openAnswered() {
  const core = await openCommands();
  await core.post('plan.pdf', PLAN);
  await core.settleWork();
  const documentId = documentIdOf(coach, 'plan.pdf');
  const version = (await core.registry.active(coach)).get(documentId)?.version;
  if (version === undefined) throw new Error('nothing was read');
  const receivedAt = core.clock.now();
  const answer = answerIdOf(coach, { id: eventIdSchema.parse('e'), receivedAt });
  const record: AnswerRecord = {
    answerId: answer,
    conversationId: conversationIdSchema.parse('c'),
    memberKey: memberKeySchema.parse('m'),
    platform: 'test',
    outcome: 'answered',
    question: 'And how long?',
    standaloneQuestion: 'How long are sessions?',
    response: 'An hour [2].',
    sources: [
      {
        number: 2,
        documentId,
        version,
        documentName: 'plan.pdf',
        headingPath: ['Basics'],
        page: 3,
        chunkIds: [chunkIdSchema.parse('0'.repeat(32))],
        similarity: 0.9,
        text: 'A session lasts an hour.\nLonger ones cost more.',
      },
    ],
    confidence: 0.8,
    model: 'm',
    processingTimeMs: 1,
    feedback: null,
    createdAt: receivedAt,
  };
  await core.services.answers.add(coach, record);
  return { ...core, answer };
}

describe('feedback', () => {
  it('keeps the vote with its reason', async () => {
    const { say, answer, services } = await openAnswered();
    await say(feedbackCommand, { answer, vote: 'down', reason: ' too short ' });
    expect((await services.answers.get(coach, answer))?.feedback).toMatchObject({ vote: 'down', reason: 'too short' });
  });

  it('says when the answer is not kept any more', async () => {
    const { failure } = await openCommands();
    expect((await failure(feedbackCommand, { answer: '0'.repeat(32), vote: 'up' })).userMessage).toContain('35 days');
  });
});

describe('passage', () => {
  it('shows the passage as it was cited, with the words of the question marked', async () => {
    const { say, answer } = await openAnswered();
    const message = await say(passageCommand, { answer, source: '2' });
    expect(message.text).toBe('**plan.pdf, page 3**\n\n> A session lasts an hour.\n> Longer ones cost more.');
    expect(message.data).toEqual({
      answer,
      source: 2,
      documentName: 'plan.pdf',
      headingPath: ['Basics'],
      page: 3,
      note: null,
      text: 'A session lasts an hour.\nLonger ones cost more.',
      marks: [
        [2, 9],
        [25, 31],
      ],
    });
  });

  it('says that the document was replaced since, and that it was removed', async () => {
    const { say, answer, post, settleWork, ingestion } = await openAnswered();
    const show = async () => say(passageCommand, { answer, source: '2' });
    await post('plan.pdf', 'A session lasts two hours.');
    await settleWork();
    expect((await show()).text).toMatch(/^\*\*plan\.pdf, page 3\*\*\n\n\*The document has been replaced since\./);
    expect((await show()).text).toContain('> A session lasts an hour.');
    await post('plan.pdf', PLAN);
    await settleWork();
    expect((await show()).text).not.toContain('since');
    await ingestion.forget(coach, documentIdOf(coach, 'plan.pdf'));
    expect((await show()).data).toMatchObject({ note: expect.stringContaining('removed since') as string });
  });

  it('knows neither a number that was not cited nor another creator’s answer', async () => {
    const { failure, answer } = await openAnswered();
    expect(await failure(passageCommand, { answer, source: 1 })).toMatchObject({ code: 'COMMAND_INPUT' });
    expect(await failure(passageCommand, { answer, source: 2 }, { creator: 'team' })).toMatchObject({
      code: 'COMMAND_INPUT',
    });
  });
});

describe('markWords', () => {
  const marked = (text: string, question: string): string[] =>
    markWords(text, question).map(([from, to]) => text.slice(from, to));

  it.each([
    ['Booking a Session', 'How do I book sessions?', ['Booking', 'Session']],
    ['The price and the prices', 'What is the price?', ['price', 'prices']],
    ['Refunds for everyone', 'Are you there?', []],
    ['Die Prüfung im März', 'Wann ist die Prüfung?', ['Die', 'Prüfung']],
    ['cat category', 'cat', ['cat']],
    ['', 'price', []],
  ])('marks in "%s" for "%s": %j', (text, question, words) => {
    expect(marked(text, question)).toEqual(words);
  });
});
