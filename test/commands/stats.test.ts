import { describe, expect, it } from 'vitest';
import { statsCommand } from '../../src/commands/stats.js';
import { documentIdOf } from '../../src/core/ids.js';
import type { MetricsSummary } from '../../src/core/metrics/metrics-summary.js';
import { describeMetrics } from '../../src/core/metrics/metrics-text.js';
import { coach } from '../support/embedded-core.js';
import { openCommands } from './run-command.js';

const totals = {
  questions: 10,
  outcomes: { answered: 10, refused: 0, unready: 0, fallback: 0, error: 0 },
  responseTimeMs: { mean: 900, p50: 800, p95: 2_400, p99: 3_000 },
  meanConfidence: 0.82,
  meanInputTokens: 900,
  meanOutputTokens: 80,
  feedback: { up: 3, down: 0 },
  documentsIngested: 2,
};
const none = { ...totals, questions: 0 };
const good: MetricsSummary = {
  fromDay: '20261125',
  toDay: '20261201',
  ...totals,
  before: none,
  stages: [
    { stage: 'retrieve', mean: 300, p50: 200, p95: 900, p99: 950 },
    { stage: 'generate', mean: 600, p50: 500, p95: 1_400, p99: 1_500 },
  ],
  models: [{ model: 'quoting', count: 10 }],
  topDocuments: [
    { name: 'hand_book.pdf', citations: 8 },
    { name: 'faq.md', citations: 3 },
  ],
  hours: Array.from({ length: 24 }, (_, hour) => (hour === 23 ? 6 : hour === 9 ? 4 : 0)),
  days: Array.from({ length: 7 }, (_, index) => ({ day: `2026112${index}`, questions: 1, p50: 800, p95: 2_400 })),
};
const describeGood = (changes: Partial<MetricsSummary> = {}) => describeMetrics({ ...good, ...changes }, 'The week');

describe('describeMetrics', () => {
  it('says what there is, and asks for nothing where all is well', () => {
    expect(describeGood()).toBe(
      [
        '**The week**\n',
        '- **10 questions**: 10 answered, which is 100 %. Fine as it is.',
        '- **Time**: 900 ms on average; half came within 800 ms, 95 of 100 within 2.4 s, 99 within 3.0 s. Fine as it is.',
        '- **Confidence**: 82 % on average, which is high. Fine as it is.',
        '- **Votes**: 3 👍 and 0 👎. Fine as it is.',
        '- **Models**: quoting (10); 900 tokens read and 80 written for an answer on average. Fine as it is.',
        '- **Busiest hour**: 23:00 to 00:00 UTC, 6 questions. People read news about the documents then.',
        '- **Most cited**: hand\\_book.pdf (8) and faq.md (3). Keep these up to date before all others.',
        '- **Documents**: 2 added or replaced. Ask something that is new in them, to see that it is found.',
      ].join('\n'),
    );
  });

  it('says beside each figure what it was in the period before', () => {
    const before = {
      ...totals,
      questions: 8,
      outcomes: { answered: 6, refused: 2, unready: 0, fallback: 0, error: 0 },
      responseTimeMs: { ...totals.responseTimeMs, p95: 3_000 },
      meanConfidence: 0.5,
      feedback: { up: 1, down: 2 },
      documentsIngested: 0,
    };
    const text = describeGood({ before });
    expect(text).toContain('**10 questions** (before: 8): 10 answered, which is 100 % (before: 75 %).');
    expect(text).toContain('95 of 100 within 2.4 s (before: 3.0 s), 99 within');
    expect(text).toContain('which is high (before: 50 %).');
    expect(text).toContain('3 👍 and 0 👎 (before: 1 and 2).');
    expect(text).toContain('2 added or replaced (before: 0). ');
    expect(describeGood({ questions: 0, before })).toContain('Nobody asked anything (before: 8).');
  });

  it.each<[Partial<MetricsSummary>, string]>([
    [
      { outcomes: { answered: 7, refused: 3, unready: 0, fallback: 0, error: 0 } },
      'Add a document about what people ask for in vain.',
    ],
    [{ outcomes: { answered: 9, refused: 0, unready: 0, fallback: 1, error: 0 } }, 'look at the command "health"'],
    [{ outcomes: { answered: 9, refused: 0, unready: 0, fallback: 0, error: 1 } }, 'in the log by their references'],
    [
      {
        responseTimeMs: { ...good.responseTimeMs, p95: 40_000 },
        stages: [{ stage: 'generate', mean: 9_000, p50: 9_000, p95: 30_000, p99: 31_000 }],
      },
      'Most of it is the writing: a smaller language model',
    ],
    [{ responseTimeMs: { ...good.responseTimeMs, p95: 40_000 } }, 'Look at the command "health".'],
    [
      { outcomes: { answered: 9, refused: 0, unready: 1, fallback: 0, error: 0 } },
      'Documents were still being learned, or the search by meaning was away: see "documents" and "health".',
    ],
    [
      {
        responseTimeMs: { ...good.responseTimeMs, p95: 40_000 },
        stages: [{ stage: 'queue', mean: 9_000, p50: 9_000, p95: 39_000, p99: 39_000 }, ...good.stages],
      },
      'raise DOCENT_PARALLEL_QUESTIONS',
    ],
    [{ topDocuments: [] }, 'See with the command "documents"'],
    [{ meanConfidence: 0.2 }, 'in the words that people ask in'],
    [{ feedback: { up: 0, down: 0 } }, 'Ask people to press'],
    [{ feedback: { up: 3, down: 1 } }, 'Ask those who pressed 👎'],
    [{ questions: 0 }, 'Nobody asked anything. Tell people where they can ask'],
  ])('says what to do about %j', (changes, advice) => {
    expect(describeGood(changes)).toContain(advice);
    expect(describeGood()).not.toContain(advice);
  });
});

describe('stats', () => {
  it('gives the figures of as many days as asked for, as text and as data', async () => {
    const { say, services } = await openCommands();
    await services.metrics.recordFeedback(coach, 'up');
    expect(await say(statsCommand, { days: 1 })).toMatchObject({
      text: expect.stringMatching(/^\*\*1 Dec 2026, today so far\*\*/) as string,
      data: { fromDay: '20261201', toDay: '20261201', feedback: { up: 1, down: 0 } },
    });
  });
});

describe('stats of the documents', () => {
  it('count documents, passages and those whose meaning is learned', async () => {
    const { say, post, settleWork, registry } = await openCommands();
    expect((await say(statsCommand)).text).toMatch(/\*\*Knowledge\*\*: no documents yet\. Add some/);
    await post('food.md', '# Food\nDrink water.\n# Sleep\nEight hours.');
    await post('money.md', '# Money\nPaid within ten days.');
    await settleWork();
    const message = await say(statsCommand);
    expect(message.text).toMatch(/\*\*Knowledge\*\*: 2 documents with 3 passages\.$/);
    expect(message.data).toMatchObject({
      knowledge: { documents: 2, chunks: 3, vectors: 3, sources: ['food.md', 'money.md'] },
    });
    await registry.update(coach, documentIdOf(coach, 'food.md'), (current) =>
      current?.active ? { ...current, active: { ...current.active, embeddedCount: 0 } } : undefined,
    );
    expect((await say(statsCommand)).text).toMatch(
      /2 documents with 3 passages; the meaning of 1 is learned\. The command "documents" shows .* "reindex" learns/,
    );
  });
});
