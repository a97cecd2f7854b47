import { describe, expect, it } from 'vitest';
import { statsCommand } from '../../src/commands/stats.js';
import { documentIdOf } from '../../src/core/ids.js';
import type { MetricsSummary } from '../../src/core/metrics/answer-metrics.js';
import { describeMetrics } from '../../src/core/metrics/metrics-text.js';
import { weeklyReport } from '../../src/reports/weekly.js';
import { coach } from '../support/embedded-core.js';
import { openCommands } from './run-command.js';

const good: MetricsSummary = {
  fromDay: '20261125',
  toDay: '20261201',
  questions: 10,
  outcomes: { answered: 10, refused: 0, fallback: 0, error: 0 },
  responseTimeMs: { mean: 900, p50: 800, p95: 2_400, p99: 3_000 },
  meanConfidence: 0.82,
  meanInputTokens: 900,
  meanOutputTokens: 80,
  feedback: { up: 3, down: 0 },
  models: [{ model: 'quoting', count: 10 }],
  topDocuments: [
    { name: 'hand_book.pdf', citations: 8 },
    { name: 'faq.md', citations: 3 },
  ],
  documentsIngested: 2,
  days: Array.from({ length: 7 }, (_, index) => ({ day: `2026112${index}`, questions: 1 })),
};

describe('describeMetrics', () => {
  it('says what there is, and asks for nothing where all is well', () => {
    expect(describeMetrics(good)).toBe(
      [
        '**The last 7 days**\n',
        '- **10 questions**: 10 answered.',
        '- **Time**: half came within 800 ms, 95 of 100 within 2.4 s.',
        '- **Confidence**: 82 % on average, which is high.',
        '- **Votes**: 3 👍 and 0 👎.',
        '- **Most cited**: hand\\_book.pdf (8) and faq.md (3). Keep these up to date before all others.',
        '- **Documents**: 2 added or replaced.',
      ].join('\n'),
    );
  });

  it.each<[Partial<MetricsSummary>, string]>([
    [
      { outcomes: { answered: 7, refused: 3, fallback: 0, error: 0 } },
      'Add a document about what people ask for in vain.',
    ],
    [{ outcomes: { answered: 9, refused: 0, fallback: 1, error: 0 } }, 'look at the command "health"'],
    [{ outcomes: { answered: 9, refused: 0, fallback: 0, error: 1 } }, 'in the log by their references'],
    [{ responseTimeMs: { ...good.responseTimeMs, p95: 40_000 } }, 'A smaller language model'],
    [{ meanConfidence: 0.2 }, 'in the words that people ask in'],
    [{ feedback: { up: 0, down: 0 } }, 'Ask people to press'],
    [{ feedback: { up: 3, down: 1 } }, 'Ask those who pressed 👎'],
    [{ questions: 0 }, 'Nobody asked anything. Tell people where they can ask'],
  ])('says what to do about %j', (changes, advice) => {
    expect(describeMetrics({ ...good, ...changes })).toContain(advice);
    expect(describeMetrics(good)).not.toContain(advice);
  });
});

describe('stats', () => {
  it('gives the figures of as many days as asked for, as text and as data', async () => {
    const { say, services } = await openCommands();
    await services.metrics.recordFeedback(coach, 'up');
    expect(await say(statsCommand, { days: 1 })).toMatchObject({
      text: expect.stringMatching(/^\*\*Today\*\*/) as string,
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
    expect((await say(statsCommand)).text).toMatch(/2 documents with 3 passages; the meaning of 1 is learned\.$/);
  });
});

describe('weekly report', () => {
  it('collects seven days and tells them as stats does', async () => {
    const { services, clock } = await openCommands();
    const { signal } = new AbortController();
    const facts = await weeklyReport.collect({ creatorId: coach, services, slotAt: clock.now(), signal });
    const message = weeklyReport.render(facts);
    expect(message.text).toMatch(/^## Your week\n\n\*\*The last 7 days\*\*/);
    expect(message.data).toMatchObject({ questions: 0, toDay: '20261201' });
  });
});
