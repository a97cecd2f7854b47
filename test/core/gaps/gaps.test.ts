import { describe, expect, it } from 'vitest';
import { type AnswerRecord, answerIdOf } from '../../../src/core/answer/answer-records.js';
import { createGaps } from '../../../src/core/gaps/gaps.js';
import { conversationIdSchema, eventIdSchema, memberKeySchema } from '../../../src/core/ids.js';
import type { Embedder } from '../../../src/core/ports/embedder.js';
import { coach } from '../../support/embedded-core.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { createFakeEmbedder } from '../../support/fake-embedder.js';
import { silentLogger } from '../../support/silent-logger.js';
import { createTestServices } from '../../support/test-services.js';

const { signal } = new AbortController();
const DAY_MS = 24 * 60 * 60_000;

async function openGaps(embedder: Embedder = createFakeEmbedder()) {
  const clock = createFakeClock();
  const { engines } = await openEmbeddedStores(clock);
  const { answers } = createTestServices({ engines, clock });
  let count = 0;
  return {
    clock,
    answers,
    gaps: createGaps({ answers, embedder, logger: silentLogger }),
    async ask(question: string, changes: Partial<AnswerRecord> & { member?: string } = {}): Promise<AnswerRecord> {
      const { member = 'member', ...others } = changes;
      const createdAt = clock.now() + count;
      const id = eventIdSchema.parse(`event-${count++}`);
      const record: AnswerRecord = {
        answerId: answerIdOf(coach, { id, receivedAt: createdAt }),
        conversationId: conversationIdSchema.parse('thread'),
        memberKey: memberKeySchema.parse(member),
        platform: 'test',
        outcome: 'refused',
        question,
        standaloneQuestion: question,
        response: '',
        sources: [],
        confidence: 0.3,
        model: 'quoting',
        processingTimeMs: 10,
        feedback: null,
        createdAt,
        ...others,
      };
      await answers.add(coach, record);
      return record;
    },
  };
}

/** The answers are recorded with times that run ahead of the clock. */
const lastDay = (nowMs: number) => ({ since: nowMs - DAY_MS, until: nowMs + DAY_MS });

describe('gaps', () => {
  it('are what was refused or got 👎, alike questions together, with how many people wait', async () => {
    const { gaps, ask, answers, clock } = await openGaps();
    await ask('How do I get a refund?', { member: 'ann', askedBy: 'Ann', nearestDocument: 'terms.pdf' });
    await ask('How do I get a refund please?', { member: 'bob', askedBy: 'Bob', nearestDocument: 'terms.pdf' });
    await ask('How do I get a refund?', { member: 'bob', askedBy: 'Bobby', nearestDocument: 'faq.md' });
    const disliked = await ask('When does the gym open?', { outcome: 'answered' });
    await answers.vote(coach, disliked.answerId, { vote: 'down', reason: '' });
    await ask('What is a squat?', { outcome: 'answered' });

    expect(await gaps.between(coach, lastDay(clock.now()), signal)).toEqual([
      expect.objectContaining({
        asked: 3,
        waiting: 2,
        names: ['Bobby', 'Ann'],
        refused: 3,
        nearestDocument: 'terms.pdf',
      }),
      {
        question: 'When does the gym open?',
        asked: 1,
        waiting: 1,
        names: [],
        refused: 0,
        nearestDocument: null,
      },
    ]);
  });

  it('leave out what is older, and other creators', async () => {
    const { gaps, ask, clock } = await openGaps();
    await ask('How do I get a refund?');
    await clock.advance(2 * DAY_MS);
    expect(await gaps.between(coach, lastDay(clock.now()), signal)).toEqual([]);
  });

  it('are of one period or of the next, whenever they are looked at', async () => {
    const { gaps, ask, clock } = await openGaps();
    await clock.advance(60_000);
    const slotAt = clock.now();
    await ask('How do I get a refund?');
    await clock.advance(60_000);
    expect(await gaps.between(coach, { since: slotAt - DAY_MS, until: slotAt }, signal)).toEqual([]);
    expect(await gaps.between(coach, { since: slotAt, until: slotAt + DAY_MS }, signal)).toHaveLength(1);
  });

  it('look at the newest 500 of many answers', async () => {
    const { gaps, ask, clock } = await openGaps();
    for (let index = 0; index < 520; index++) await ask('How do I get a refund?', { member: `member-${index}` });
    const [gap] = await gaps.between(coach, lastDay(clock.now()), signal);
    expect(gap).toMatchObject({ asked: 500, waiting: 500 });
  });

  it('compare words while the embedder is away', async () => {
    const embedder: Embedder = { ...createFakeEmbedder(), embed: () => Promise.reject(new Error('away')) };
    const { gaps, ask, clock } = await openGaps(embedder);
    await ask('How do I get a refund?');
    await ask('how do I get my refund?');
    await ask('When does the gym open?');
    expect((await gaps.between(coach, lastDay(clock.now()), signal)).map(({ asked }) => asked)).toEqual([2, 1]);
  });
});
