import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnswerRecord,
  answerCollection,
  answerIdOf,
  createAnswerRecords,
} from '../../../src/core/answer/answer-records.js';
import { conversationIdSchema, creatorIdSchema, eventIdSchema, memberKeySchema } from '../../../src/core/ids.js';
import { createAnswerMetrics } from '../../../src/core/metrics/answer-metrics.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';

const [coach, team] = [creatorIdSchema.parse('coach'), creatorIdSchema.parse('team')];
const DAY_MS = 24 * 3_600_000;

function record(event: string, receivedAt: number, memberKey = 'ada'): AnswerRecord {
  return {
    answerId: answerIdOf(coach, { id: eventIdSchema.parse(event), receivedAt }),
    conversationId: conversationIdSchema.parse('c'),
    memberKey: memberKeySchema.parse(memberKey),
    platform: 'test',
    outcome: 'answered',
    question: 'How?',
    standaloneQuestion: 'How?',
    response: 'So.',
    sources: [],
    confidence: 0.5,
    model: 'quoting',
    processingTimeMs: 10,
    feedback: null,
    createdAt: receivedAt,
  };
}

async function openAnswers() {
  const clock = createFakeClock();
  const { engines } = await openEmbeddedStores(clock);
  const metrics = createAnswerMetrics({ metricStore: engines.metricStore, clock });
  const answers = createAnswerRecords({ recordStore: engines.recordStore, metrics, clock });
  return { clock, metrics, answers, recordStore: engines.recordStore };
}

describe('answerIdOf', () => {
  it('is the same for the same event, and sorts by time', () => {
    const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
    fc.assert(
      fc.property(time, time, (one, other) => {
        const [first, second] = [record('a', one).answerId, record('b', other).answerId];
        expect(record('a', one).answerId).toBe(first);
        if (one !== other) expect(first < second).toBe(one < other);
      }),
    );
  });

  it('is another one for another creator', () => {
    const event = { id: eventIdSchema.parse('a'), receivedAt: 1 };
    expect(answerIdOf(coach, event)).not.toBe(answerIdOf(team, event));
  });
});

describe('answer records', () => {
  it('gives an answer back to its creator alone', async () => {
    const { answers, clock } = await openAnswers();
    const kept = record('e', clock.now());
    await answers.add(coach, kept);
    expect(await answers.get(coach, kept.answerId)).toEqual(kept);
    expect(await answers.get(team, kept.answerId)).toBeUndefined();
  });

  it('keeps the newest vote and counts the same vote once', async () => {
    const { answers, metrics, clock } = await openAnswers();
    const { answerId } = record('e', clock.now());
    await answers.add(coach, record('e', clock.now()));
    await answers.vote(coach, answerId, { vote: 'down', reason: '' });
    await answers.vote(coach, answerId, { vote: 'down', reason: 'too short' });
    expect((await metrics.summary(coach, { days: 1 })).feedback).toEqual({ up: 0, down: 1 });
    await answers.vote(coach, answerId, { vote: 'up', reason: '' });
    expect((await answers.get(coach, answerId))?.feedback).toEqual({ vote: 'up', reason: '', at: clock.now() });
    expect((await metrics.summary(coach, { days: 1 })).feedback).toEqual({ up: 1, down: 1 });
  });

  it('knows no vote on an answer that is not there', async () => {
    const { answers, clock } = await openAnswers();
    const { answerId } = record('e', clock.now());
    expect(await answers.vote(coach, answerId, { vote: 'up', reason: '' })).toBeUndefined();
  });

  it('gives no answer of more than 35 days, and removes it when others come', async () => {
    const { answers, recordStore, clock } = await openAnswers();
    const old = record('old', clock.now());
    await answers.add(coach, old);
    await clock.advance(35 * DAY_MS);
    expect(await answers.get(coach, old.answerId)).toBeUndefined();
    for (let index = 0; index < 20; index++) await answers.add(coach, record(`new-${index}`, clock.now()));
    expect(await recordStore.get(answerCollection, { creatorId: coach }, old.answerId)).toBeUndefined();
    expect(await recordStore.list(answerCollection, { creatorId: coach }, { limit: 100 })).toHaveLength(20);
  });

  it('removes the answers to one member', async () => {
    const { answers, clock } = await openAnswers();
    await answers.add(coach, record('a', clock.now(), 'ada'));
    await answers.add(coach, record('b', clock.now(), 'ben'));
    expect(await answers.eraseMember(coach, memberKeySchema.parse('ada'))).toBe(1);
    expect(await answers.get(coach, record('a', clock.now()).answerId)).toBeUndefined();
    expect(await answers.get(coach, record('b', clock.now()).answerId)).toBeDefined();
  });
});
