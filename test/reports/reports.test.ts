import { describe, expect, it } from 'vitest';
import { DocentError } from '../../src/core/errors.js';
import type { Gap } from '../../src/core/gaps/gaps.js';
import type { AnswerMetric } from '../../src/core/metrics/answer-metrics.js';
import type { Chart, ChartRenderer } from '../../src/core/ports/chart-renderer.js';
import type { ReportDefinition } from '../../src/core/reports/report.js';
import { gapsReport } from '../../src/reports/gaps.js';
import { healthReport } from '../../src/reports/health.js';
import { dailyReport, weeklyReport } from '../../src/reports/metrics.js';
import { coach } from '../support/embedded-core.js';
import { openEmbeddedStores } from '../support/embedded-stores.js';
import { createFakeClock } from '../support/fake-clock.js';
import { silentLogger } from '../support/silent-logger.js';
import { createTestServices } from '../support/test-services.js';

const DAY_MS = 24 * 60 * 60_000;
const answered: AnswerMetric = {
  platform: 'web',
  outcome: 'answered',
  model: 'quoting',
  responseTimeMs: 1_000,
  stages: {},
  inputTokens: 300,
  outputTokens: 50,
  confidence: 0.8,
  chunksRetrieved: 5,
  chunksCited: 2,
  citedDocuments: ['handbook.pdf'],
};

async function openReports() {
  const clock = createFakeClock();
  const { engines } = await openEmbeddedStores(clock);
  const charts: Chart[] = [];
  const renderer: ChartRenderer = {
    async render(chart) {
      charts.push(chart);
      return new Uint8Array([1, 2, 3]);
    },
  };
  const services = createTestServices({ engines, clock, charts: renderer });
  const make = async (report: ReportDefinition, changes: Partial<typeof services> = {}, timezone = 'UTC') => {
    const { signal } = new AbortController();
    const facts = await report.collect({
      creatorId: coach,
      services: { ...services, ...changes },
      slotAt: clock.now(),
      timezone,
      signal,
      logger: silentLogger,
    });
    return report.render(facts);
  };
  return { clock, services, charts, make };
}

describe('the weekly report', () => {
  it('tells the seven whole days before its slot, with their chart, and not today', async () => {
    const { clock, services, charts, make } = await openReports();
    for (let day = 0; day < 7; day++) {
      await services.metrics.recordAnswer(coach, answered);
      await clock.advance(DAY_MS);
    }
    await services.metrics.recordAnswer(coach, { ...answered, outcome: 'refused' });
    const message = await make(weeklyReport);
    expect(message?.text).toMatch(
      /^## Your week\n\n\*\*1 Dec 2026 to 7 Dec 2026\*\*\n\n- \*\*7 questions\*\*: 7 answered/,
    );
    expect(message?.text).toContain('handbook.pdf (7)');
    expect(charts[0]).toMatchObject({
      title: 'Questions and times, 1 Dec 2026 to 7 Dec 2026',
      labels: ['Tue 1', 'Wed 2', 'Thu 3', 'Fri 4', 'Sat 5', 'Sun 6', 'Mon 7'],
      bars: { values: [1, 1, 1, 1, 1, 1, 1] },
    });
    expect(message?.pictures).toMatchObject([
      {
        fileName: 'questions-20261207.png',
        altText: expect.stringContaining('Tue 1: 1 question, half within 1.0 s') as string,
        base64: 'AQID',
      },
    ]);
  });

  it('goes without its chart where that cannot be drawn', async () => {
    const { make } = await openReports();
    const charts: ChartRenderer = {
      render: () => Promise.reject(new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'No canvas.' })),
    };
    const message = await make(weeklyReport, { charts });
    expect(message?.text).toContain('Nobody asked anything');
    expect(message?.pictures).toBeUndefined();
  });

  it('draws no times for days without questions', async () => {
    const { charts, make } = await openReports();
    await make(weeklyReport);
    expect(charts[0]?.lines[0]?.values).toEqual([null, null, null, null, null, null, null]);
  });
});

describe('the daily report', () => {
  it('tells of yesterday, with the chart of the week', async () => {
    const { clock, services, charts, make } = await openReports();
    await services.metrics.recordAnswer(coach, answered);
    await clock.advance(DAY_MS);
    const message = await make(dailyReport);
    expect(message?.text).toMatch(/^## Yesterday\n\n\*\*1 Dec 2026\*\*\n\n- \*\*1 question\*\*/);
    expect(charts[0]?.labels).toHaveLength(7);
    await clock.advance(DAY_MS);
    expect((await make(dailyReport))?.text).toContain('Nobody asked anything (before: 1).');
  });

  it('tells of the day before the date of its time zone, and when most was asked there', async () => {
    const { clock, services, make } = await openReports();
    await services.metrics.recordAnswer(coach, answered);
    // 2 December, 8:00 in Tokyo, where it was the first's 21:00 when the question came.
    await clock.advance(11 * 60 * 60_000);
    const inTokyo = (await make(dailyReport, {}, 'Asia/Tokyo'))?.text;
    expect(inTokyo).toContain('**1 Dec 2026 (in UTC days, the last one so far)**\n\n- **1 question**');
    expect(inTokyo).toContain('**Busiest hour**: 21:00 to 22:00 Asia/Tokyo, 1 question.');
    // 1 December, 15:00 in Los Angeles.
    expect((await make(weeklyReport, {}, 'America/Los_Angeles'))?.text).toContain(
      '**24 Nov 2026 to 30 Nov 2026 (in UTC days)**',
    );
  });

  it('says nothing after two days without a question', async () => {
    const { make } = await openReports();
    expect(await make(dailyReport)).toBeUndefined();
  });
});

describe('the report on health', () => {
  it('names each part and what to do', async () => {
    const { make } = await openReports();
    const components = [
      { component: 'language model', state: 'unhealthy', detail: 'It is missing.', fix: 'Run models.', checkMs: 3 },
    ] as const;
    const health = { check: async () => ({ state: 'unhealthy' as const, components }) };
    expect((await make(healthReport, { health }))?.text).toBe(
      '## Health\n\n**Something is broken.**\n\n- ❌ **language model**: It is missing. Run models.',
    );
  });
});

describe('the report on gaps', () => {
  const gap: Gap = {
    question: 'How do I get a *refund*?',
    asked: 3,
    waiting: 2,
    names: ['Ann_1'],
    refused: 2,
    nearestDocument: 'terms_2026.pdf',
  };
  const withGaps = (gaps: Gap[]) => ({ gaps: { between: async () => gaps } });

  it('tells the questions with how often, who waits and what comes nearest', async () => {
    const { make } = await openReports();
    const other: Gap = {
      question: 'Is there a pool?',
      asked: 1,
      waiting: 1,
      names: [],
      refused: 1,
      nearestDocument: null,
    };
    const message = await make(gapsReport, withGaps([gap, other]));
    expect(message?.text).toContain(
      '- **How do I get a \\*refund\\*?**: asked 3 times by Ann\\_1 and 1 other; 1 👎; nearest document: terms\\_2026.pdf.',
    );
    expect(message?.text).toContain('- **Is there a pool?**: asked once by 1 person; no document comes near.');
  });

  it('tells the ten most asked, and how many more there are', async () => {
    const { make } = await openReports();
    const text = (await make(gapsReport, withGaps(Array.from({ length: 12 }, () => gap))))?.text;
    expect(text?.match(/asked 3 times/g)).toHaveLength(10);
    expect(text).toContain('And 2 other questions, none asked more often than these.');
  });

  it('says so when there is none', async () => {
    const { make } = await openReports();
    expect((await make(gapsReport, withGaps([])))?.text).toContain('every question found an answer');
  });
});
